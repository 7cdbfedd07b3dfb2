//! What becomes of a node when its upstream has finished, restated from the rules in other words than the plan's; and the
//! two compared.

use std::sync::LazyLock;

use flow_runtime::__private::{Rules, Tolerance, Trigger, UpstreamState};
use flow_runtime::StateType::{self, Cached, Cancelled, Failed, Skipped, Success, TimedOut, TriggerFailed};
use flow_runtime::plan::{Decision, decide};

use crate::random::Random;

use super::draw::TRIGGERS;
use super::hook::Hook;
use super::script::Argument;
use super::trigger;

/// The trigger of the node panics.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Panics;

/// What a node that does not run is; `None` if it runs.
pub(crate) fn passed_over(rules: &Rules, upstream: &[UpstreamState]) -> Result<Option<StateType>, Panics> {
    let count = |test: &dyn Fn(&UpstreamState) -> bool| upstream.iter().filter(|state| test(state)).count();
    let all = upstream.len();
    if all == 0 {
        return Ok(None);
    }
    let failed = count(&|of| of.state.is_failed());
    let skipped = count(&|of| of.state == Skipped);
    let cancelled = count(&|of| of.state == Cancelled);
    let succeeded = all - failed - cancelled;
    // What a parameter takes as it is hinders nothing.
    let untaken = |of: &UpstreamState| of.tolerance != Tolerance::Failure;
    let skips = rules.skip_on_upstream_skip
        && count(&|of| of.state == Skipped && of.tolerance == Tolerance::Nothing) > 0;

    let holds = match rules.trigger {
        Trigger::AllSuccessful | Trigger::NotAllSkipped => {
            // It asks for successes: the worst that hinders it is what it is.
            return Ok(if count(&|of| of.state.is_failed() && untaken(of)) > 0 {
                Some(TriggerFailed)
            } else if count(&|of| of.state == Cancelled && untaken(of)) > 0 {
                Some(Cancelled)
            } else if skips || skipped == all && rules.trigger.name() == "not_all_skipped" {
                Some(Skipped)
            } else {
                None
            });
        }
        // A skip masks no failure.
        _ if skips && failed == 0 => return Ok(Some(Skipped)),
        Trigger::AllFailed => failed == all,
        Trigger::AnySuccessful => succeeded > 0,
        Trigger::AnyFailed => failed > 0,
        Trigger::Custom { name, .. } if name == trigger::PANICS.name() => return Err(Panics),
        Trigger::Custom { holds, .. } => holds(upstream),
        _ => true,
    };
    Ok((!holds).then_some(TriggerFailed))
}

/// What a node with these arguments takes in place of the value of an upstream: what all of its parameters take; where
/// it stands in an expression, or in no argument, nothing.
pub(crate) fn tolerance(arguments: &[Argument], upstream: usize) -> Tolerance {
    let mut least = None;
    for argument in arguments {
        if argument.from.contains(&upstream) {
            let takes = if argument.is_expression {
                Tolerance::Nothing
            } else {
                argument.takes.tolerance()
            };
            least = Some(least.map_or(takes, |least| takes.min(least)));
        }
    }
    least.unwrap_or(Tolerance::Nothing)
}

/// An upstream as a trigger sees it.
pub(crate) fn upstream_state(node: usize, state: StateType, tolerance: Tolerance) -> UpstreamState {
    static NAMES: LazyLock<Vec<String>> =
        LazyLock::new(|| (0..40).map(|node| Hook::node_name(None, node)).collect());
    UpstreamState::new(&NAMES[node], state).tolerated(tolerance)
}

#[test]
fn the_plan_decides_as_the_rules_restated() {
    const STATES: [StateType; 7] = [
        Success,
        Cached,
        Skipped,
        Failed,
        TimedOut,
        TriggerFailed,
        Cancelled,
    ];
    const TOLERANCES: [Tolerance; 3] = [Tolerance::Nothing, Tolerance::Skip, Tolerance::Failure];
    let mut random = Random::new(7);
    for _ in 0..100_000 {
        let rules = Rules {
            trigger: match random.below(10) {
                own @ 6.. => trigger::OWN[own - 6],
                ours => TRIGGERS[ours],
            },
            skip_on_upstream_skip: random.one_in(2),
            ..Rules::DEFAULT
        };
        // Few kinds at a time, or no trigger that asks for one kind alone would ever hold.
        let kinds = 1 + random.below(STATES.len());
        let first = random.below(STATES.len());
        let upstream: Vec<UpstreamState> = (0..random.below(5))
            .map(|node| {
                let state = STATES[(first + random.below(kinds)) % STATES.len()];
                upstream_state(node, state, TOLERANCES[random.below(3)])
            })
            .collect();
        let restated = match passed_over(&rules, &upstream) {
            Ok(Some(state)) => Decision::Finish(state),
            _ => Decision::Run,
        };
        assert_eq!(decide(&rules, &upstream), restated, "{rules:?} {upstream:?}");
    }
}
