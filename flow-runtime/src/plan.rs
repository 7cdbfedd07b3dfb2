//! The plan: every rule on states, in one pure place. No clock, no thread, no file; the sequential and the parallel
//! drivers call the same functions.

use crate::spec::NodeSpec;
use crate::state::StateType;

/// What happens to a node now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// An upstream has not finished.
    Wait,
    /// Its body may run, unless its target is there.
    Run,
    /// It ends in this state without running.
    Finish(StateType),
}

/// Decides a node under `all_successful`, from the states of its upstream.
///
/// A failure is never masked by a skip or a cancellation; a cancelled upstream makes the node Cancelled, a skipped
/// one Skipped.
///
/// ```
/// use flow_runtime::plan::{Decision, decide};
/// use flow_runtime::StateType::{Failed, Skipped, Success, TriggerFailed};
///
/// assert_eq!(decide([]), Decision::Run);
/// assert_eq!(decide([Success, Skipped]), Decision::Finish(Skipped));
/// assert_eq!(decide([Skipped, Failed]), Decision::Finish(TriggerFailed));
/// ```
pub fn decide(upstream: impl IntoIterator<Item = StateType>) -> Decision {
    let (mut failed, mut cancelled, mut skipped) = (false, false, false);
    for state in upstream {
        if !state.is_finished() {
            return Decision::Wait;
        }
        failed |= state.is_failed();
        cancelled |= state == StateType::Cancelled;
        skipped |= state == StateType::Skipped;
    }
    match (failed, cancelled, skipped) {
        (true, ..) => Decision::Finish(StateType::TriggerFailed),
        (_, true, _) => Decision::Finish(StateType::Cancelled),
        (.., true) => Decision::Finish(StateType::Skipped),
        _ => Decision::Run,
    }
}

/// The nodes whose states decide the run's: the tail, else the nodes that nothing depends on.
pub fn reference_nodes(nodes: &[NodeSpec], tail: Option<usize>) -> Vec<usize> {
    if let Some(tail) = tail {
        return vec![tail];
    }
    let mut terminal = vec![true; nodes.len()];
    for edge in nodes.iter().flat_map(|node| node.edges) {
        terminal[edge.node] = false;
    }
    (0..nodes.len()).filter(|&node| terminal[node]).collect()
}

/// The state of a run: Pending while a node is, else what its reference nodes say.
///
/// Failed when one failed, else Cancelled when one was cancelled, else Success.
pub fn conclude(
    all: impl IntoIterator<Item = StateType>,
    reference: impl IntoIterator<Item = StateType>,
) -> StateType {
    let mut successful = true;
    for state in all {
        if !state.is_finished() {
            return StateType::Pending;
        }
        successful &= state.is_successful();
    }
    if successful {
        // Whichever nodes are asked: they need not be found.
        return StateType::Success;
    }
    let mut conclusion = StateType::Success;
    for state in reference {
        if state.is_failed() {
            return StateType::Failed;
        }
        if state == StateType::Cancelled {
            conclusion = StateType::Cancelled;
        }
    }
    conclusion
}

#[cfg(test)]
mod tests {
    use super::{Decision, conclude, decide};
    use crate::state::StateType::{
        self, Cached, Cancelled, Failed, Pending, Running, Skipped, Success, TriggerFailed,
    };

    #[test]
    fn deciding_a_node() {
        let table: [(&[StateType], Decision); 16] = [
            (&[], Decision::Run),
            (&[Success], Decision::Run),
            (&[Success, Cached], Decision::Run),
            (&[Pending], Decision::Wait),
            (&[Success, Running], Decision::Wait),
            (&[Failed, Pending], Decision::Wait),
            (&[Failed], Decision::Finish(TriggerFailed)),
            (&[TriggerFailed, Success], Decision::Finish(TriggerFailed)),
            (&[Skipped], Decision::Finish(Skipped)),
            (&[Skipped, Success], Decision::Finish(Skipped)),
            (&[Skipped, Failed], Decision::Finish(TriggerFailed)),
            (&[Failed, Skipped], Decision::Finish(TriggerFailed)),
            (&[Cancelled, Success], Decision::Finish(Cancelled)),
            (&[Cancelled, Failed], Decision::Finish(TriggerFailed)),
            (&[Cancelled, Skipped], Decision::Finish(Cancelled)),
            (
                &[Skipped, Cancelled, TriggerFailed],
                Decision::Finish(TriggerFailed),
            ),
        ];
        for (upstream, decision) in table {
            assert_eq!(decide(upstream.iter().copied()), decision, "{upstream:?}");
        }
    }

    /// The executor does not ask for the states of upstream that has a value.
    #[test]
    fn upstream_that_has_a_value_is_as_none() {
        for state in StateType::ALL.into_iter().filter(|state| state.has_value()) {
            assert_eq!(decide([state]), decide([]));
            for other in StateType::ALL {
                assert_eq!(decide([state, other]), decide([other]));
                assert_eq!(decide([other, state]), decide([other]));
            }
        }
    }

    #[test]
    fn a_run_never_ends_while_a_node_is_pending() {
        assert_eq!(conclude([Failed, Pending], [Failed]), Pending);
        assert_eq!(conclude([Success, Running], [Success]), Pending);
    }

    #[test]
    fn reference_nodes_decide_the_run() {
        assert_eq!(conclude([Failed, Success], [Success]), Success);
        assert_eq!(conclude([Failed, Cancelled], [Cancelled, Failed]), Failed);
        assert_eq!(conclude([Success, Cancelled], [Cancelled, Success]), Cancelled);
        assert_eq!(conclude([Skipped], [Skipped]), Success);
        assert_eq!(conclude([], []), Success);
    }
}
