//! What a run that goes on from a recorded state has to do again.

use crate::spec::{EdgeKind, NodeSpec};
use crate::state::StateType;

/// Makes Pending again whose results cannot be read and are needed: by a node that has not finished, or by one that is
/// Pending again for that. Finished nodes that need nothing stay as they are, those behind a node that runs again too.
///
/// `is_readable` is asked about a node with a value at most once, and only if its result is needed.
///
/// ```
/// use flow_runtime::StateType::{Pending, Success};
/// use flow_runtime::plan::revive;
/// # use flow_runtime::{Flow, flow, task};
/// # #[task] fn one() -> u32 { 1 }
/// # #[task] fn add(x: u32, y: u32) -> u32 { x + y }
/// # flow! { fn sums() -> u32 { a = one(); b = add(a, 1); c = add(a, b); c } }
///
/// // The result of `b` is gone, and `c` needs it; `a` can be read.
/// let mut states = [Success, Success, Pending];
/// let again = revive(sums::SPEC.nodes, &mut states, |node| node == 0);
/// assert_eq!((again, states), (vec![1], [Success, Pending, Pending]));
/// ```
pub fn revive(
    nodes: &[NodeSpec],
    states: &mut [StateType],
    mut is_readable: impl FnMut(usize) -> bool,
) -> Vec<usize> {
    let mut asked = vec![false; nodes.len()];
    let mut again = Vec::new();
    let mut open: Vec<usize> = (0..nodes.len())
        .filter(|&node| !states[node].is_finished())
        .collect();
    while let Some(node) = open.pop() {
        for edge in nodes[node]
            .edges
            .iter()
            .filter(|edge| edge.kind != EdgeKind::Order)
        {
            let upstream = edge.node;
            if !states[upstream].has_value() || core::mem::replace(&mut asked[upstream], true) {
                continue;
            }
            if !is_readable(upstream) {
                states[upstream] = StateType::Pending;
                again.push(upstream);
                open.push(upstream);
            }
        }
    }
    again.sort_unstable();
    again
}
