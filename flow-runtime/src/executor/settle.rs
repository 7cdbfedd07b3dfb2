//! From the end of an attempt to what becomes of its node: signals, hooks, the plan, the checkpoint.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use crate::attempt::Attempt;
use crate::failure::{Cause, NodeFailure};
use crate::hook::{FailedNode, NodeInfo};
use crate::plan::{AttemptEnd, Next, Tries, Wanted, after};
use crate::signal::Signal;
use crate::slot::dispose;
use crate::state::{State, StateType};

use super::core::{Core, Detail};
use super::gate::Gate;
use super::hooks::Answer;
use super::kept::Kept;

/// What becomes of a node.
pub(super) enum Settled {
    /// It ends.
    Finish(StateType, Option<Detail>),
    /// It is attempted again, not before this time.
    Retry(Timestamp),
    /// It does not go on in this run.
    Rest(StateType, Detail),
    /// Its time was over, and somebody else has settled it.
    Late,
}

/// What an attempt comes to.
pub(super) struct Act {
    pub(super) end: AttemptEnd,
    message: String,
    cause: Option<Cause>,
    signal: Option<Signal>,
    kept: Option<Kept>,
    /// Whether hooks have been asked about it.
    asked: bool,
}

impl Act {
    fn new(end: AttemptEnd) -> Self {
        Self {
            end,
            message: String::new(),
            cause: None,
            signal: None,
            kept: None,
            asked: false,
        }
    }

    /// The body has returned a result.
    pub(super) fn success() -> Self {
        Self::new(AttemptEnd::Success)
    }

    /// Its target was there.
    pub(super) fn cached(kept: Option<Kept>) -> Self {
        Self {
            message: kept.as_ref().map(Kept::message).unwrap_or_default(),
            kept,
            ..Self::new(AttemptEnd::Cached)
        }
    }

    /// It failed, and may do better another time or not.
    pub(super) fn failed(cause: Cause, may_retry: bool) -> Self {
        let end = match cause {
            Cause::Timeout(_) => AttemptEnd::TimedOut,
            _ => AttemptEnd::Failed { may_retry },
        };
        Self {
            message: cause.summary(),
            cause: Some(cause),
            ..Self::new(end)
        }
    }

    /// It failed, and no retry helps.
    fn given_up(cause: Cause) -> Self {
        Self {
            end: AttemptEnd::GivenUp,
            ..Self::failed(cause, false)
        }
    }

    /// It raised this signal.
    pub(super) fn signal(signal: Signal) -> Self {
        let end = signal.end(Timestamp::now());
        let message = signal.message().to_owned();
        let cause = match end {
            AttemptEnd::GivenUp | AttemptEnd::Retry { .. } => Some(Cause::Signal(message.clone())),
            _ => None,
        };
        Self {
            message,
            cause,
            signal: Some(signal),
            ..Self::new(end)
        }
    }

    pub(super) fn asked(self) -> Self {
        Self { asked: true, ..self }
    }

    /// A signal that was raised and not returned is void; that is said.
    pub(super) fn with_void(mut self, raised: Option<Signal>) -> Self {
        if let Some(signal) = raised {
            self.message = format!("{signal:?} was raised and not returned: it is void");
        }
        self
    }
}

/// Makes of what an attempt came to what becomes of its node.
pub(super) async fn settle(attempt: &Attempt, clock: Option<Instant>, mut act: Act) -> Settled {
    let core = &**attempt.core();
    let node = attempt.node();
    let info = info(attempt);
    let mut next = next(core, node, &info, &act);
    if core.is_hooked(node) && !act.asked {
        let running = State::new(StateType::Running, "");
        match core.hooks.ask(&info, &running, &state(&next, &act)) {
            Answer::Pass => {}
            Answer::Signal(signal) => {
                core.slot(node).free();
                act = Act::signal(signal);
                next = self::next(core, node, &info, &act);
            }
            Answer::Failed(cause) => {
                core.slot(node).free();
                act = Act::given_up(cause);
                next = self::next(core, node, &info, &act);
            }
        }
    }
    if next == Next::Finish(StateType::Success)
        && let Err(cause) = keep(attempt, &mut act).await
    {
        act = Act::given_up(cause);
        next = self::next(core, node, &info, &act);
        if core.is_hooked(node) {
            // Told, not asked: whatever they answer, there is no result.
            let running = State::new(StateType::Running, "");
            let _ = core.hooks.ask(&info, &running, &state(&next, &act));
        }
    }
    if act.signal.as_ref().is_some_and(Signal::ends_run) {
        core.want(Wanted::Ending, act.message.clone());
    }
    conclude(core, node, &info, clock, next, act)
}

fn info(attempt: &Attempt) -> NodeInfo<'_> {
    NodeInfo {
        core: attempt.core(),
        node: attempt.node(),
        attempt: attempt.context.attempt,
    }
}

fn next(core: &Core, node: usize, info: &NodeInfo<'_>, act: &Act) -> Next {
    let first = Tries {
        attempts: info.attempt,
        retries: 0,
    };
    let tries = core.story(node).map_or(first, |story| story.tries);
    // A success needs no clock.
    let now = match act.end {
        AttemptEnd::Success | AttemptEnd::Cached => Timestamp::UNIX_EPOCH,
        _ => Timestamp::now(),
    };
    let rules = core.spec.nodes[node].rules();
    after(
        rules,
        tries,
        act.end,
        core.wanted(),
        now,
        chance(core, node, tries.attempts),
    )
}

/// A number from 0 to 1 that differs from run to run and attempt to attempt.
fn chance(core: &Core, node: usize, attempt: u32) -> f64 {
    let text = format!("{} {node} {attempt}", core.info.id);
    let digest = crate::Digest::of(text.as_bytes());
    let mut bytes = [0; 4];
    bytes.copy_from_slice(&digest.as_bytes()[..4]);
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}

/// The state that comes of `next`.
fn state(next: &Next, act: &Act) -> State {
    let kind = match next {
        Next::Finish(kind) | Next::Rest(kind) => *kind,
        Next::Retry { .. } => StateType::Retrying,
    };
    State::new(kind, act.message.clone())
}

/// Makes the result of a success durable.
async fn keep(attempt: &Attempt, act: &mut Act) -> Result<(), Cause> {
    let (core, node) = (attempt.core(), attempt.node());
    if let Some(signal) = &act.signal {
        let fits = signal
            .value()
            .is_some_and(|value| core.slot(node).put(value, core.by_reference(node)));
        if !fits {
            let output = core.spec.nodes[node].task.output.type_name;
            let message = format!(
                "it was told to succeed with another type than its task's output, `{}`",
                output()
            );
            return Err(Cause::Signal(message));
        }
        if attempt.gate.get().is_none() {
            // A hook was first: where the arguments are not needed for its path, the target is written all the same.
            Gate::before(attempt).await.map_err(Cause::Checkpoint)?;
        }
    }
    let void = std::mem::take(&mut act.message);
    act.kept = Gate::keep(attempt).await.map_err(Cause::Checkpoint)?;
    act.message = match (act.kept.as_ref().map(Kept::message), void) {
        (Some(kept), void) if void.is_empty() => kept,
        (_, void) => void,
    };
    Ok(())
}

fn conclude(
    core: &Core,
    node: usize,
    info: &NodeInfo<'_>,
    clock: Option<Instant>,
    next: Next,
    act: Act,
) -> Settled {
    let state = state(&next, &act);
    let spec = &core.spec.nodes[node];
    let failure = act
        .cause
        .filter(|_| state.kind.is_failed() || state.kind.is_pending())
        .map(|cause| Arc::new(NodeFailure::new(core.spec.name, spec, cause)));
    let mut detail = Detail {
        message: act.message,
        failure,
        kept: act.kept,
        took: clock.map_or_else(Default::default, |clock| clock.elapsed()),
    };
    match next {
        Next::Retry { at, counted } => {
            let mut story = core.tell(node);
            story.tries.retries += u32::from(counted);
            let left = spec.rules().retries - story.tries.retries.min(spec.rules().retries);
            let message = format!(
                "{} (attempt {}, {left} retries left)",
                detail.message, info.attempt
            );
            story.ended(Timestamp::now(), &State::new(StateType::Retrying, message));
            drop(story);
            dispose(detail.failure);
            Settled::Retry(at)
        }
        Next::Rest(kind) => Settled::Rest(kind, detail),
        Next::Finish(kind) => {
            if matches!(kind, StateType::Failed | StateType::TimedOut) {
                if info.attempt > 1 {
                    detail.message = format!("{} (attempt {})", detail.message, info.attempt);
                }
                failed(core, node, info, &state, &mut detail);
            }
            let is_plain = detail.message.is_empty() && detail.kept.is_none() && clock.is_none();
            Settled::Finish(kind, (!is_plain).then_some(detail))
        }
    }
}

/// Tells the hook of a node that has finally failed; its own failure is added to the node's.
fn failed(core: &Core, node: usize, info: &NodeInfo<'_>, state: &State, detail: &mut Detail) {
    let Some(hook) = &core.spec.nodes[node].rules().on_failure else {
        return;
    };
    let attempts = {
        let mut story = core.tell(node);
        story.ended(Timestamp::now(), state);
        story.past.clone()
    };
    let told = core.hooks.failed(
        hook,
        &FailedNode {
            node: *info,
            state,
            failure: detail.failure.as_deref(),
            attempts: &attempts,
        },
    );
    if let Err(cause) = told {
        detail.message = format!("{}; {}", detail.message, cause.summary());
    }
}

/// Ends a node that is not to run, unless its hooks say otherwise.
pub(super) fn pass_over(core: &Core, node: usize, kind: StateType, detail: Detail) -> Settled {
    if !core.is_hooked(node) {
        return Settled::Finish(kind, Some(detail));
    }
    let info = NodeInfo {
        core,
        node,
        attempt: core.story(node).map_or(0, |story| story.tries.attempts),
    };
    let new = State::new(kind, detail.message.clone());
    let act = match core.hooks.ask(&info, &core.state(node), &new) {
        Answer::Pass => return Settled::Finish(kind, Some(detail)),
        Answer::Signal(signal) => Act::signal(signal),
        Answer::Failed(cause) => Act::given_up(cause),
    };
    if act.signal.as_ref().is_some_and(Signal::ends_run) {
        core.want(Wanted::Ending, act.message.clone());
    }
    let kind = match act.end {
        AttemptEnd::Success => {
            let value = act.signal.as_ref().and_then(Signal::value);
            if value.is_some_and(|value| core.slot(node).put(value, core.by_reference(node))) {
                return Settled::Finish(StateType::Success, Some(detail_of(core, node, act)));
            }
            StateType::Failed
        }
        AttemptEnd::Skipped => StateType::Skipped,
        AttemptEnd::Cancelled => StateType::Cancelled,
        AttemptEnd::Paused => return Settled::Rest(StateType::Paused, detail_of(core, node, act)),
        // There was no attempt that could be repeated.
        _ => StateType::Failed,
    };
    Settled::Finish(kind, Some(detail_of(core, node, act)))
}

fn detail_of(core: &Core, node: usize, act: Act) -> Detail {
    let failure = act
        .cause
        .map(|cause| NodeFailure::new(core.spec.name, &core.spec.nodes[node], cause));
    Detail {
        message: act.message,
        failure: failure.map(Arc::new),
        ..Detail::default()
    }
}
