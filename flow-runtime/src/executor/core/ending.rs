//! What a node's end, its retry or its rest changes for the others.

use core::sync::atomic::Ordering;

use jiff::Timestamp;

use super::{Core, Detail};
use crate::executor::due::Due;
use crate::spec::EdgeKind;
use crate::state::{StateType, stored_time};

impl Core {
    /// Notes that a node waits for its next attempt.
    pub(in crate::executor) fn wait_for_retry(&self, node: usize, at: Timestamp) -> Due {
        // As it is stored: what goes on from there waits for the same moment.
        let due = Due::at(stored_time(at));
        self.tell(node).not_before = Some(due);
        self.set_kind(node, StateType::Retrying);
        self.record(node);
        if let Some(readers) = &self.readers {
            readers.waits(self, node, Some(due.time()));
        }
        due
    }

    /// Notes that a node does not start in this slice, nor does what depends on it: it stays what it is. `true` if
    /// nothing else goes on.
    pub(in crate::executor) fn defer(&self, node: usize) -> bool {
        let was = match self.kind(node) {
            kind if kind.is_pending() => kind,
            // It was about to start.
            _ => StateType::Pending,
        };
        self.set_kind(node, was);
        self.lay_down(node)
    }

    /// Notes that a node does not go on in this run, nor does what depends on it; `true` if nothing else does.
    pub(in crate::executor) fn rest(&self, node: usize, kind: StateType, detail: Detail) -> bool {
        {
            let (accounts, node) = self.accounts(node);
            accounts.rest(node, detail);
        }
        self.set_kind(node, kind);
        self.record(node);
        if let Some(readers) = &self.readers {
            readers.waits(self, node, None);
        }
        self.lay_down(node)
    }

    /// Neither this node nor what depends on it goes on; `true` if nothing else does.
    pub(in crate::executor) fn lay_down(&self, node: usize) -> bool {
        let mut resting = 0;
        let mut open = vec![node];
        while let Some(next) = open.pop() {
            // What was given its result has ended, whatever becomes of its upstream.
            if !self.kind(next).is_finished() && !self.live(next).rests.swap(true, Ordering::AcqRel) {
                resting += 1;
                self.behind(next, &mut open);
            }
        }
        self.left.0.fetch_sub(resting, Ordering::AcqRel) == resting
    }

    /// Counts nodes that have come about as the run goes on.
    pub(in crate::executor) fn left_more(&self, count: usize) {
        self.left.0.fetch_add(count, Ordering::AcqRel);
    }

    /// The nodes that were ready, and do not go on in this slice.
    pub(in crate::executor) fn left_over(&self) -> Vec<u32> {
        let mut ready = self.roots();
        ready.retain(|&node| {
            let is_open = self.families.get(node as usize).is_some();
            !is_open && self.live(node as usize).rests.load(Ordering::Acquire)
        });
        ready.extend(self.children_left_over());
        ready
    }

    /// Takes back that a node does not go on in this slice.
    pub(in crate::executor) fn take_up(&self, node: usize) {
        if self.live(node).rests.swap(false, Ordering::AcqRel) {
            self.left.0.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Ends a node and adds what it made ready to `ready`; `true` if it was the run's last.
    pub(crate) fn finish(
        &self,
        node: usize,
        kind: StateType,
        detail: Option<Detail>,
        ready: &mut Vec<u32>,
    ) -> bool {
        let mut detail = detail;
        if self.is_timed() {
            detail.get_or_insert_default().ended = Some(Timestamp::now());
        }
        if let Some(detail) = detail {
            let (accounts, place) = self.accounts(node);
            let first = accounts.end(place, detail);
            debug_assert!(first, "a node ends once");
        }
        self.set_kind(node, kind);
        // Before anything that depends on it can start: the journal has everything in an order in which it can happen.
        self.record(node);
        if let Some(readers) = &self.readers {
            readers.ended(self, node);
            if self.families.is_child(node) {
                self.tell_progress(readers, self.families.of(node));
            }
        }
        if self.traits(node).frees {
            self.release_read(node);
        }
        if !kind.has_value() && !self.families.is_child(node) {
            for &next in self.graph.dependents(node) {
                self.live(next as usize).hindered.store(true, Ordering::Release);
            }
        }
        self.pass_on(node, ready);
        self.count_ended(1)
    }

    /// The same of a bare node whose body has returned: there is nothing to tell of it, and nobody to tell. That it has ended is
    /// still to be [counted](Self::count_ended).
    pub(in crate::executor) fn finish_bare(&self, node: usize, ready: &mut Vec<u32>) {
        self.set_kind(node, StateType::Success);
        self.pass_on(node, ready);
    }

    /// Counts nodes that have ended for the run; `true` if one of them was the run's last.
    pub(in crate::executor) fn count_ended(&self, ended: usize) -> bool {
        self.left.0.fetch_sub(ended, Ordering::AcqRel) == ended
    }

    /// Counts the end of a node for those that wait for it.
    fn pass_on(&self, node: usize, ready: &mut Vec<u32>) {
        if self.families.is_child(node) {
            return self.pass_on_child(node, ready);
        }
        for next in self.waiting_for(node) {
            self.arrive(next, ready);
        }
    }

    /// Something that a node waits for is there; adds it to `ready` if it was the last.
    pub(in crate::executor) fn arrive(&self, next: u32, ready: &mut Vec<u32>) {
        // A node that was given its result has finished before its upstream.
        if self.waiting.arrive(next as usize) && self.kind(next as usize).is_pending() {
            ready.push(next);
        }
    }

    /// Writes down what a node is now.
    fn record(&self, node: usize) {
        if let Some(recorder) = &self.recorder {
            recorder.node(self, node);
        }
    }

    /// A node reads no more, neither its own result nor those of its upstream.
    fn release_read(&self, node: usize) {
        self.release(node);
        let is_child = self.families.is_child(node);
        // Of an `if` or `match` those of all arms, of which it has read one's.
        for edge in self.families.node(node).edges {
            match (edge.kind, is_child) {
                (EdgeKind::Data, false) => self.release(edge.node),
                (EdgeKind::Each, true) => self.release(self.above(node, edge.node)),
                // It has no children, and will have none.
                (EdgeKind::Each, false) if self.families.get(node).is_none() => {
                    if let Some(family) = self.families.get(edge.node) {
                        self.release_children(family);
                    }
                }
                // What all children read is released with their `for`.
                (EdgeKind::Data | EdgeKind::Each | EdgeKind::Order, _) => {}
            }
        }
    }

    /// One reader less: after the last, a result that is not kept is freed.
    pub(in crate::executor) fn release(&self, node: usize) {
        if self.traits(node).keeps || self.live(node).readers.fetch_sub(1, Ordering::AcqRel) != 1 {
            return;
        }
        match self.families.get(node) {
            Some(family) if self.is_held(node) => self.release_children(family),
            Some(_) => {}
            None => self.slot(node).free(),
        }
    }

    /// Whether the results of the children of a `for` are held for nodes that read all of them.
    pub(in crate::executor) fn is_held(&self, node: usize) -> bool {
        let mut dependents = self.graph.dependents(node).iter();
        dependents.any(|&next| self.spec.nodes[next as usize].holds_all(node))
    }
}
