use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::Family;
use crate::spec::{FlowSpec, NodeSpec};

/// The families of one run: which `for` has which children, and which child is whose.
pub(crate) struct Families {
    spec: &'static FlowSpec,
    /// The number of the first child of all: there are so many nodes in the flow.
    first: usize,
    /// By the place of the `for` among those of the flow.
    opened: Box<[OnceLock<Box<Family>>]>,
    /// The nodes that are a `for`, ascending.
    nodes: Box<[usize]>,
    /// In the order in which they were opened, by the number of the first child: who has which.
    order: Box<[OnceLock<(usize, usize)>]>,
    count: AtomicUsize,
    /// The number of the next child.
    next: Mutex<usize>,
}

impl Families {
    pub(crate) fn new(spec: &'static FlowSpec) -> Self {
        let nodes = spec.nodes.iter().enumerate();
        let nodes: Box<[usize]> = nodes
            .filter(|(_, node)| node.each().is_some())
            .map(|(index, _)| index)
            .collect();
        Self {
            spec,
            first: spec.nodes.len(),
            opened: nodes.iter().map(|_| OnceLock::new()).collect(),
            order: nodes.iter().map(|_| OnceLock::new()).collect(),
            nodes,
            count: AtomicUsize::new(0),
            next: Mutex::new(spec.nodes.len()),
        }
    }

    /// Whether this is a child.
    pub(crate) fn is_child(&self, node: usize) -> bool {
        node >= self.first
    }

    /// Whether this is a `for`.
    pub(crate) fn is_for(&self, node: usize) -> bool {
        !self.is_child(node) && self.spec.nodes[node].each().is_some()
    }

    /// The node of the flow that this is, or is a child of.
    pub(crate) fn node(&self, node: usize) -> &'static NodeSpec {
        if node < self.first {
            return &self.spec.nodes[node];
        }
        &self.spec.nodes[self.of(node).node]
    }

    /// The family of a child.
    pub(crate) fn of(&self, child: usize) -> &Family {
        let opened = &self.order[..self.count.load(Ordering::Acquire)];
        let base = |place: &OnceLock<(usize, usize)>| place.get().map_or(usize::MAX, |(base, _)| *base);
        let behind = opened.partition_point(|place| base(place) <= child);
        let (_, place) = opened[behind - 1]
            .get()
            .expect("a number is given with its family");
        self.opened[*place]
            .get()
            .expect("a number is given with its family")
    }

    /// The family of a node that is a child, and its place there.
    pub(crate) fn child(&self, node: usize) -> Option<(&Family, usize)> {
        self.is_child(node).then(|| {
            let family = self.of(node);
            (family, family.index(node))
        })
    }

    /// The children of a `for`, once they are there.
    pub(crate) fn get(&self, node: usize) -> Option<&Family> {
        let place = self.nodes.binary_search(&node).ok()?;
        self.opened[place].get().map(|family| &**family)
    }

    /// All that are there.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Family> {
        self.opened
            .iter()
            .filter_map(|family| family.get().map(|family| &**family))
    }

    /// Gives numbers to so many children, and makes their family of the first.
    pub(super) fn add(&self, node: usize, len: usize, make: impl FnOnce(usize) -> Family) -> &Family {
        let place = (self.nodes)
            .binary_search(&node)
            .expect("only a `for` has children");
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let base = *next;
        *next += len;
        let family = self.opened[place].get_or_init(|| Box::new(make(base)));
        let count = self.count.load(Ordering::Relaxed);
        let _ = self.order[count].set((base, place));
        self.count.store(count + 1, Ordering::Release);
        family
    }
}
