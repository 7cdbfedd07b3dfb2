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
        self.states[node].store(StateType::Retrying as u8, Ordering::Release);
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
        self.states[node].store(was as u8, Ordering::Release);
        self.lay_down(node)
    }

    /// Notes that a node does not go on in this run, nor does what depends on it; `true` if nothing else does.
    pub(in crate::executor) fn rest(&self, node: usize, kind: StateType, detail: Detail) -> bool {
        self.accounts.rest(node, detail);
        self.states[node].store(kind as u8, Ordering::Release);
        self.record(node);
        if let Some(readers) = &self.readers {
            readers.waits(self, node, None);
        }
        self.lay_down(node)
    }

    /// Neither this node nor what depends on it goes on; `true` if nothing else does.
    fn lay_down(&self, node: usize) -> bool {
        let mut resting = 0;
        let mut open = vec![node];
        while let Some(next) = open.pop() {
            // What was given its result has ended, whatever becomes of its upstream.
            if !self.kind(next).is_finished() && !self.cells[next].rests.swap(true, Ordering::AcqRel) {
                resting += 1;
                open.extend(
                    self.graph
                        .dependents(next)
                        .iter()
                        .map(|&dependent| dependent as usize),
                );
            }
        }
        self.left.0.fetch_sub(resting, Ordering::AcqRel) == resting
    }

    /// The nodes that were ready, and do not go on in this slice.
    pub(in crate::executor) fn left_over(&self) -> Vec<u32> {
        let mut ready = self.roots();
        ready.retain(|&node| self.cells[node as usize].rests.load(Ordering::Acquire));
        ready
    }

    /// Takes back that a node does not go on in this slice.
    pub(in crate::executor) fn take_up(&self, node: usize) {
        if self.cells[node].rests.swap(false, Ordering::AcqRel) {
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
        let cell = &self.cells[node];
        let mut detail = detail;
        if self.is_timed() {
            detail.get_or_insert_default().ended = Some(Timestamp::now());
        }
        if let Some(detail) = detail {
            let first = self.accounts.end(node, detail);
            debug_assert!(first, "a node ends once");
        }
        self.states[node].store(kind as u8, Ordering::Release);
        // Before anything that depends on it can start: the journal has everything in an order in which it can happen.
        self.record(node);
        if let Some(readers) = &self.readers {
            readers.ended(self, node);
        }
        if cell.frees {
            self.release(node);
            for edge in self.spec.nodes[node].edges {
                if edge.kind == EdgeKind::Data {
                    self.release(edge.node);
                }
            }
        }
        if !kind.has_value() {
            for &next in self.graph.dependents(node) {
                self.cells[next as usize].hindered.store(true, Ordering::Release);
            }
        }
        self.pass_on(node, ready);
        self.count_ended(1)
    }

    /// The same of a bare node whose body has returned: there is nothing to tell of it, and nobody to tell. That it has ended is
    /// still to be [counted](Self::count_ended).
    pub(in crate::executor) fn finish_bare(&self, node: usize, ready: &mut Vec<u32>) {
        self.states[node].store(StateType::Success as u8, Ordering::Release);
        self.pass_on(node, ready);
    }

    /// Counts nodes that have ended for the run; `true` if one of them was the run's last.
    pub(in crate::executor) fn count_ended(&self, ended: usize) -> bool {
        self.left.0.fetch_sub(ended, Ordering::AcqRel) == ended
    }

    /// Counts the end of a node for those that wait for it.
    fn pass_on(&self, node: usize, ready: &mut Vec<u32>) {
        for &next in self.graph.dependents(node) {
            // A node that was given its result has finished before its upstream.
            if self.waiting.arrive(next as usize) && self.kind(next as usize).is_pending() {
                ready.push(next);
            }
        }
    }

    /// Writes down what a node is now.
    fn record(&self, node: usize) {
        if let Some(recorder) = &self.recorder {
            recorder.node(self, node);
        }
    }

    /// One reader less: after the last, a result that is not kept is freed.
    fn release(&self, node: usize) {
        let cell = &self.cells[node];
        if !cell.keeps && cell.readers.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.slots[node].free();
        }
    }
}
