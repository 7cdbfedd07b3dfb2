//! The short way of a step. Most nodes are steered by nothing but their upstream, and in a run in memory that nobody watches
//! or limits they are nothing but a body: whatever rules there are, a node that uses none of them does not pay for them.
//! Whatever a body leaves that is more than a result goes the long way, and so does the node from then on.

use std::sync::Arc;

use crate::attempt::Attempt;
use crate::state::StateType;

use super::pool::Pool;
use super::settle::Settled;
use super::step::Step;
use super::worker;

impl Pool {
    /// Runs a bare node.
    pub(super) fn bare_step(
        self: &Arc<Self>,
        node: usize,
        attempt: &mut Attempt,
        ready: &mut Vec<u32>,
    ) -> Step {
        let core = &self.core;
        let number = core.next_attempt(node);
        attempt.turn_to_bare(node, number);
        match worker::body_now(attempt) {
            // A body may leave details, which make a story.
            Settled::Finish(StateType::Success, None) if core.is_bare(node) => {
                core.finish_bare(node, ready);
                Step::Ended
            }
            settled => {
                attempt.is_clean = false;
                if attempt.was_admitted() {
                    core.count(node, number);
                }
                self.carry_out(node, settled, ready)
            }
        }
    }
}
