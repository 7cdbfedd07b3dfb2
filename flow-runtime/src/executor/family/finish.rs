//! What the end of a child changes for others, and which others they are.

use core::sync::atomic::Ordering;

use super::Family;
use crate::executor::core::Core;
use crate::executor::graph::as_u32;
use crate::plan::Tolerance;
use crate::spec::{Edge, EdgeKind};
use crate::state::StateType;

impl Core {
    /// The nodes that decide about this one, with their edges: of a child, one child of each family that its own follows.
    pub(in crate::executor) fn upstream(
        &self,
        node: usize,
    ) -> impl Iterator<Item = (&'static Edge, usize)> + '_ {
        let edges = self.node(node).edges.iter();
        let child = self.families.is_child(node);
        edges.filter_map(move |edge| {
            if !child {
                return Some((edge, edge.node));
            }
            let above = (edge.kind == EdgeKind::Each).then(|| self.above(node, edge.node))?;
            Some((edge, above))
        })
    }

    /// The child of the `for` at `upstream` that stands beside this one.
    pub(crate) fn above(&self, child: usize, upstream: usize) -> usize {
        let index = self.families.of(child).index(child);
        let family = self.families.get(upstream);
        family
            .expect("what a `for` goes through is there before it")
            .id(index)
    }

    /// What an upstream is to a node: a `for` whose children it takes one by one, whatever became of them, is there once
    /// they are.
    pub(in crate::executor) fn seen(&self, node: usize, upstream: usize) -> StateType {
        let spec = self.node(node);
        let takes_all = !self.families.is_child(upstream)
            && self.families.get(upstream).is_some()
            && (spec.goes_through(upstream) || spec.tolerance(upstream) == Tolerance::Failure);
        if takes_all {
            StateType::Success
        } else {
            self.kind(upstream)
        }
    }

    /// Adds all that directly depend on this node, children as they are now.
    pub(in crate::executor) fn behind(&self, node: usize, to: &mut Vec<usize>) {
        if self.families.is_child(node) {
            let family = self.families.of(node);
            let index = family.index(node);
            let followers = family.followers().into_iter();
            to.extend(followers.filter_map(|next| Some(self.families.get(next)?.id(index))));
            to.push(family.node);
            return;
        }
        to.extend(self.waiting_for(node).map(|next| next as usize));
    }

    /// Those that go through the children of a `for`.
    pub(super) fn followers(&self, node: usize) -> impl Iterator<Item = u32> + '_ {
        let dependents = self.graph.dependents(node).iter().copied();
        dependents.filter(move |&next| self.spec.nodes[next as usize].goes_through(node))
    }

    /// Those that wait for the end of a node: what goes through its children depends on these, one by one, once they are there.
    pub(in crate::executor) fn waiting_for(&self, node: usize) -> impl Iterator<Item = u32> + '_ {
        let is_open = self.families.get(node).is_some();
        let dependents = self.graph.dependents(node).iter().copied();
        dependents.filter(move |&next| !(is_open && self.spec.nodes[next as usize].goes_through(node)))
    }

    /// Counts the end of a child for those that wait for it.
    pub(in crate::executor) fn pass_on_child(&self, child: usize, ready: &mut Vec<u32>) {
        let family = self.families.of(child);
        let index = family.index(child);
        for next in family.followers() {
            let Some(follower) = self.families.get(next) else {
                continue;
            };
            let Some(place) = self.spec.nodes[next].item_of(family.node) else {
                continue;
            };
            let id = follower.id(index);
            if !family.kind(child).has_value() {
                follower.live(id).hindered.store(true, Ordering::Release);
            }
            if follower.arrive(index, place) && follower.kind(id).is_pending() {
                ready.push(as_u32(id));
            }
        }
        if family.open.fetch_sub(1, Ordering::AcqRel) == 1 {
            // It has nothing more to wait for: it ends.
            ready.push(as_u32(family.node));
        }
    }

    /// One reader less for each child of a `for`.
    pub(in crate::executor) fn release_children(&self, family: &Family) {
        for child in family.ids() {
            self.release(child);
        }
    }

    /// The children that were ready, and do not go on in this slice.
    pub(in crate::executor) fn children_left_over(&self) -> Vec<u32> {
        let mut left = Vec::new();
        for family in self.families.all() {
            let rests = family.ids().filter(|&child| {
                family.is_ready(family.index(child))
                    && family.kind(child).is_pending()
                    && family.live(child).rests.load(Ordering::Acquire)
            });
            left.extend(rests.map(as_u32));
        }
        left
    }
}
