//! The plan: every rule on states, in one pure place. No clock, no thread, no file; the sequential and the parallel
//! drivers call the same functions.

mod retry;
mod revive;
#[cfg(test)]
mod tests;
mod trigger;

use crate::spec::{NodeSpec, Rules, Tolerate};
use crate::state::StateType;

pub use retry::{AttemptEnd, Next, Tries, Wanted, after, instead};
pub use revive::revive;
pub use trigger::{Tolerance, Trigger, UpstreamState};

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

/// Decides a node from its rules and the states of its upstream, in this order:
///
/// 1. it waits until every upstream has finished;
/// 2. a failure is never masked by a skip: only where no upstream failed, one that was skipped skips the node
///    (unless `skip_on_upstream_skip = false`, or its parameter [tolerates](Tolerance) the skip);
/// 3. it runs if its trigger holds;
/// 4. else it is TriggerFailed. Under `all_successful` and `not_all_skipped`, where nothing failed, it is what hindered
///    it: Cancelled or Skipped.
///
/// Where Prefect Core 1.x answers otherwise:
///
/// | upstream | rule | Prefect | here | why |
/// |---|---|---|---|---|
/// | Failed, Skipped | any, `skip_on_upstream_skip` | Skipped | the trigger decides: TriggerFailed under `all_successful` | a skip on one branch hid the failure of another, and ended the run as a success |
/// | Failed, with a target that is there | any | Cached | TriggerFailed | an old file is no answer to a new failure; a target is looked for when the node would run |
/// | Cancelled | `all_successful` | TriggerFailed | Cancelled | nothing failed; who cancels a run wants no alarm |
/// | none | `not_all_skipped` | Skipped | runs | nothing was skipped |
/// | none | a rule of the author's | asked, with nothing | runs | as under every rule of ours |
/// | Skipped, to a parameter that takes `Option` | `all_successful` | Skipped | runs, with `None` | the parameter says that it can |
///
/// ```
/// use flow_runtime::plan::{Decision, UpstreamState, decide};
/// use flow_runtime::spec::Rules;
/// use flow_runtime::StateType::{Failed, Skipped, Success, TriggerFailed};
///
/// let a = |state| UpstreamState::new("a", state);
/// assert_eq!(decide(&Rules::DEFAULT, &[]), Decision::Run);
/// assert_eq!(decide(&Rules::DEFAULT, &[a(Success), a(Skipped)]), Decision::Finish(Skipped));
/// assert_eq!(decide(&Rules::DEFAULT, &[a(Skipped), a(Failed)]), Decision::Finish(TriggerFailed));
/// ```
pub fn decide(rules: &Rules, upstream: &[UpstreamState]) -> Decision {
    let any = |test: fn(&UpstreamState) -> bool| upstream.iter().any(test);
    if any(|upstream| !upstream.state.is_finished()) {
        return Decision::Wait;
    }
    let failed = any(|upstream| upstream.state.is_failed() && upstream.tolerance != Tolerance::Failure);
    let cancelled =
        any(|upstream| upstream.state == StateType::Cancelled && upstream.tolerance != Tolerance::Failure);
    let wants_success = rules.trigger.wants_success();
    // An upstream that failed hides no skip where a parameter takes the failure, unless the rule is about failures.
    let failure_counts = if wants_success {
        failed
    } else {
        any(|upstream| upstream.state.is_failed())
    };
    let may_skip = rules.skip_on_upstream_skip && !failure_counts && !(wants_success && cancelled);
    if may_skip && any(|upstream| upstream.skips()) {
        return Decision::Finish(StateType::Skipped);
    }
    if rules.trigger.holds(upstream) {
        return Decision::Run;
    }
    Decision::Finish(match (wants_success, failed, cancelled) {
        (true, false, true) => StateType::Cancelled,
        // Only `not_all_skipped` does not hold where everything succeeded: all were skipped.
        (true, false, false) => StateType::Skipped,
        _ => StateType::TriggerFailed,
    })
}

/// Decides whether an `if` or `match` chooses an arm, from the rules that its statement gives and the states of what its
/// conditions mention. [`decide`] is asked about the arm then, with all that is upstream of that.
///
/// A trigger that lets the node run without a value shows its conditions what became of their upstream: they can be asked
/// whatever that is.
///
/// ```
/// use flow_runtime::plan::{Decision, Trigger, UpstreamState, decide_choice};
/// use flow_runtime::spec::Rules;
/// use flow_runtime::StateType::{Failed, Success, TriggerFailed};
///
/// let failed = [UpstreamState::new("a", Failed), UpstreamState::new("b", Success)];
/// assert_eq!(decide_choice(&Rules::DEFAULT, &failed), Decision::Finish(TriggerFailed));
/// let rules = Rules { trigger: Trigger::AllFailed, ..Rules::DEFAULT };
/// assert_eq!(decide_choice(&rules, &failed), Decision::Run);
/// ```
pub fn decide_choice(rules: &Rules, upstream: &[UpstreamState]) -> Decision {
    let trigger = if rules.trigger.wants_success() {
        // What an arm reads may be there where all of this was skipped.
        Trigger::AllSuccessful
    } else {
        Trigger::AllFinished
    };
    decide(&Rules { trigger, ..*rules }, upstream)
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

/// The state of a `for` whose children have ended: Failed where more of them failed than it tolerates, or TriggerFailed
/// where none of these has run; else Cancelled where one was cancelled, else Mapped.
///
/// Without a word on what it tolerates none may fail, and one that was skipped skips what reads all of them: then it is
/// Skipped.
///
/// ```
/// use flow_runtime::StateType::{Failed, Mapped, Skipped, Success, TriggerFailed};
/// use flow_runtime::plan::conclude_children;
/// use flow_runtime::spec::Tolerate;
///
/// assert_eq!(conclude_children([], None), Mapped);
/// assert_eq!(conclude_children([Success, Skipped], None), Skipped);
/// assert_eq!(conclude_children([Success, TriggerFailed, Skipped], None), TriggerFailed);
/// assert_eq!(conclude_children([Success, Failed, Skipped], Some(Tolerate::Count(1))), Mapped);
/// ```
pub fn conclude_children(
    children: impl IntoIterator<Item = StateType>,
    tolerate: Option<Tolerate>,
) -> StateType {
    let (mut all, mut failed, mut passed_over, mut cancelled, mut skipped) = (0, 0, 0, false, false);
    for child in children {
        all += 1;
        failed += u64::from(child.is_failed());
        passed_over += u64::from(child == StateType::TriggerFailed);
        cancelled |= child == StateType::Cancelled;
        skipped |= child == StateType::Skipped;
    }
    if !tolerate.unwrap_or(Tolerate::Count(0)).bears(failed, all) {
        if failed == passed_over {
            StateType::TriggerFailed
        } else {
            StateType::Failed
        }
    } else if cancelled {
        StateType::Cancelled
    } else if skipped && tolerate.is_none() {
        StateType::Skipped
    } else {
        StateType::Mapped
    }
}

/// The state of a run: Pending while a node is, else what its reference nodes say.
///
/// Failed when one failed, else Cancelled when one was cancelled, else Success. A run that `fails_fast` is Failed, too, when
/// the failure of another node has cancelled what would have decided.
///
/// Where Prefect Core 1.x answers otherwise:
///
/// | nodes | Prefect | here | why |
/// |---|---|---|---|
/// | a reference node is Cancelled, none failed | Success: "no reference tasks failed" | Cancelled | what was not done is no success |
/// | a node is pending that is no terminal task, all terminal ones have finished | finished | Pending | somebody is to go on with it |
/// | some failed, and what decides was cancelled for it | Success | Failed where the run fails fast, else Cancelled | an alarm is due |
///
/// ```
/// use flow_runtime::StateType::{Cancelled, Failed};
/// use flow_runtime::plan::conclude;
///
/// assert_eq!(conclude([Failed, Cancelled], [Cancelled], false), Cancelled);
/// assert_eq!(conclude([Failed, Cancelled], [Cancelled], true), Failed);
/// ```
pub fn conclude(
    all: impl IntoIterator<Item = StateType>,
    reference: impl IntoIterator<Item = StateType>,
    fails_fast: bool,
) -> StateType {
    let (mut successful, mut failed) = (true, false);
    for state in all {
        if !state.is_finished() {
            return StateType::Pending;
        }
        successful &= state.is_successful();
        failed |= state.is_failed();
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
    match conclusion {
        StateType::Cancelled if fails_fast && failed => StateType::Failed,
        conclusion => conclusion,
    }
}
