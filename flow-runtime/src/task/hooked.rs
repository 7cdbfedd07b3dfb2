//! Calls an author's hook. That it takes what hooks take is seen here, as one type: rustc then shows the whole
//! signature and not one argument after another.

use crate::hook::{FailedNode, NodeInfo};
use crate::state::State;

/// Calls a hook on states.
pub fn call_state_hook<Answer>(
    hook: fn(&NodeInfo<'_>, &State, &State) -> Answer,
    node: &NodeInfo<'_>,
    old: &State,
    new: &State,
) -> Answer {
    hook(node, old, new)
}

/// Calls a hook on failures.
pub fn call_failure_hook<Answer>(hook: fn(&FailedNode<'_>) -> Answer, failed: &FailedNode<'_>) -> Answer {
    hook(failed)
}
