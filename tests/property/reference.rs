//! What a flow must come to, written from the rules alone: one node after the other, without the plan's help.

use flow_runtime::StateType::{self, Failed, Success, TriggerFailed};
use flow_runtime::spec::EdgeKind;

use crate::script::{End, Script, value};

/// The state of the run, and each node's state and value.
pub(crate) fn reference(script: &Script) -> (StateType, Vec<(StateType, u64)>) {
    let mut ends: Vec<Option<(StateType, u64)>> = vec![None; script.nodes.len()];
    while ends.iter().any(Option::is_none) {
        for (index, node) in script.nodes.iter().enumerate() {
            let upstream: Option<Vec<_>> = node.edges.iter().map(|edge| ends[edge.node]).collect();
            ends[index] = match (node.given, upstream) {
                (Some(given), _) => Some((Success, given)),
                (None, None) => None,
                (None, Some(upstream)) if upstream.iter().any(|(state, _)| *state != Success) => {
                    Some((TriggerFailed, 0))
                }
                (None, Some(_)) if node.end != End::Value => Some((Failed, 0)),
                (None, Some(upstream)) => {
                    let data =
                        (node.edges.iter().zip(upstream)).filter(|(edge, _)| edge.kind == EdgeKind::Data);
                    Some((Success, value(index, data.map(|(_, (_, value))| value))))
                }
            };
        }
    }
    let ends: Vec<_> = ends.into_iter().flatten().collect();
    let is_leaf = |node: usize| {
        script
            .nodes
            .iter()
            .all(|other| other.edges.iter().all(|edge| edge.node != node))
    };
    let decides = |node: usize| script.tail.map_or_else(|| is_leaf(node), |tail| tail == node);
    let failed = (0..ends.len()).any(|node| decides(node) && ends[node].0 != Success);
    (if failed { Failed } else { Success }, ends)
}
