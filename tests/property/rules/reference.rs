//! What a flow with rules comes to, one node after the other, in words of its own.

use flow_runtime::__private::{Rules, Trigger};
use flow_runtime::StateType::{
    self, Cancelled, Failed, Paused, Pending, Retrying, Running, Skipped, Success, TriggerFailed,
};

use super::script::{End, Node, Say, Script, made, told};

/// What a node comes to, how often its body is called, and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) state: StateType,
    pub(super) calls: u32,
    pub(super) value: Option<u64>,
}

/// What each node comes to, one after the other.
pub(super) fn reference(script: &Script, masks: bool) -> Vec<Fate> {
    let mut fates: Vec<Fate> = Vec::new();
    for (index, node) in script.nodes.iter().enumerate() {
        let upstream: Vec<StateType> = node.upstream.iter().map(|node| fates[*node].state).collect();
        fates.push(fate(index, node, &upstream, masks));
    }
    fates
}

fn fate(index: usize, node: &Node, upstream: &[StateType], masks: bool) -> Fate {
    let mut fate = Fate {
        state: Pending,
        calls: 0,
        value: None,
    };
    if upstream.iter().any(|state| [Pending, Paused].contains(state)) {
        return fate;
    }
    let said = |state| node.hook.filter(|(on, _)| *on == state).map(|(_, say)| say);
    let passed_over = passed_over(&node.rules, upstream, masks);
    if let Some(state) = passed_over {
        fate.state = said(state).map_or(state, Say::state);
        fate.value = (fate.state == Success).then(|| told(index));
        return fate;
    }
    let mut used = 0;
    for attempt in 1.. {
        let (state, value) = if let Some(say) = said(Running) {
            (say.state(), told(index))
        } else {
            fate.calls += 1;
            let end = node.ends.get(attempt - 1).copied().unwrap_or(End::Value);
            let ended = match end {
                End::Value => (Success, made(index, attempt)),
                End::Signal(say) => (say.state(), told(index)),
                End::Pause => (Paused, 0),
                End::Ends => (Cancelled, 0),
                End::RetryUncounted => (Retrying, 0),
                End::Error | End::Panic | End::Retry if used < node.rules.retries => (Retrying, 0),
                End::Error | End::Panic | End::Retry => (Failed, 0),
            };
            let answer = said(ended.0);
            used += u32::from(answer.is_none() && ended.0 == Retrying && end != End::RetryUncounted);
            answer.map_or(ended, |say| (say.state(), told(index)))
        };
        if state != Retrying {
            fate.state = state;
            fate.value = (state == Success).then_some(value);
            break;
        }
    }
    fate
}

/// What a node that does not run is; with the flaw that a skip masks a failure.
fn passed_over(rules: &Rules, upstream: &[StateType], masks: bool) -> Option<StateType> {
    let count = |states: &[StateType]| upstream.iter().filter(|state| states.contains(state)).count();
    let (failed, skipped, cancelled) = (
        count(&[Failed, TriggerFailed]),
        count(&[Skipped]),
        count(&[Cancelled]),
    );
    let succeeded = upstream.len() - failed - cancelled;
    if upstream.is_empty() {
        return None;
    }
    if skipped > 0 && rules.skip_on_upstream_skip && masks {
        return Some(Skipped);
    }
    let wants_success = matches!(rules.trigger, Trigger::AllSuccessful | Trigger::NotAllSkipped);
    if wants_success && failed > 0 {
        return Some(TriggerFailed);
    }
    if wants_success && cancelled > 0 {
        return Some(Cancelled);
    }
    if skipped > 0 && rules.skip_on_upstream_skip && failed == 0 {
        return Some(Skipped);
    }
    let holds = match rules.trigger {
        Trigger::AllFailed => failed == upstream.len(),
        Trigger::AnySuccessful => succeeded > 0,
        Trigger::AnyFailed => failed > 0,
        Trigger::NotAllSkipped if skipped == upstream.len() => return Some(Skipped),
        _ => true,
    };
    (!holds).then_some(TriggerFailed)
}
