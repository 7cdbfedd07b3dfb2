//! From the end of an attempt to what becomes of its node: signals, hooks, the plan, the checkpoint.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use crate::attempt::Attempt;
use crate::checkpoint::CheckpointError;
use crate::contained::dispose;
use crate::failure::{Cause, NodeFailure};
use crate::hook::{FailedNode, NodeInfo};
use crate::plan::{AttemptEnd, Next, Tries, Wanted, after};
use crate::signal::Signal;
use crate::state::{State, StateType, one_more};
use crate::task::BoxError;

use super::core::{Core, Detail};
use super::due::Due;
use super::durable;
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
    pub(super) message: String,
    pub(super) cause: Option<Cause>,
    pub(super) signal: Option<Signal>,
    pub(super) kept: Option<Kept>,
    /// What the node was before, as hooks have been told; Running without it.
    old: Option<State>,
    hooks: Asked,
}

/// Whether hooks are asked about an act.
#[derive(PartialEq, Eq)]
enum Asked {
    /// They are, and may answer.
    Now,
    /// They were.
    Before,
    /// They are only told.
    Told,
}

impl Act {
    fn new(end: AttemptEnd) -> Self {
        Self {
            end,
            message: String::new(),
            cause: None,
            signal: None,
            kept: None,
            old: None,
            hooks: Asked::Now,
        }
    }

    /// The store failed, or what it holds is not what it should be.
    pub(super) fn checkpoint(error: CheckpointError) -> Self {
        let may_retry = error.is_transient() || error.is_of_the_body();
        Self::failed(Cause::Checkpoint(error), may_retry)
    }

    /// There is a result: the body has returned it, now or before it could be written.
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

    /// Its result could not be kept.
    fn not_kept(cause: Cause) -> Self {
        match &cause {
            Cause::Checkpoint(error) if error.is_transient() => Self::failed(cause, true),
            _ => Self::given_up(cause),
        }
    }

    /// It failed, and no retry helps.
    pub(super) fn given_up(cause: Cause) -> Self {
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

    /// Its body does not start, for that could not be written down: it stays Pending in a run that stops.
    pub(super) fn unrecorded() -> Self {
        Self::new(AttemptEnd::Stopped)
    }

    /// It came from this state, not from Running.
    pub(super) fn from(self, old: State) -> Self {
        Self {
            old: Some(old),
            ..self
        }
    }

    /// Hooks have been asked about it.
    pub(super) fn asked(self) -> Self {
        let hooks = Asked::Before;
        Self { hooks, ..self }
    }

    /// Hooks are told of it, and cannot change it.
    pub(super) fn told(self) -> Self {
        let hooks = Asked::Told;
        Self { hooks, ..self }
    }

    /// It is what a hook has made of `earlier`, which is not forgotten where it failed.
    fn after(mut self, earlier: Self) -> Self {
        if let Some(cause) = earlier.cause
            && self.cause.is_some()
        {
            self.message = format!("{}; before that: {}", self.message, cause.summary());
            if matches!(self.cause, Some(Cause::Signal(_))) {
                self.cause = Some(cause);
            }
        }
        self
    }

    /// The body returned another error than the signal that it raised; that is said, unless it only words it otherwise.
    pub(super) fn with_error(mut self, error: BoxError) -> Self {
        let said = Cause::Error(error).summary();
        if !said.contains(&self.message) {
            self.message = format!(
                "{}; it was raised, and then the body failed: {said}",
                self.message
            );
        }
        self
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
pub(super) async fn settle(attempt: &mut Attempt, mut act: Act) -> Settled {
    let core = Arc::clone(attempt.core());
    let core = &*core;
    let node = attempt.node();
    let info = NodeInfo {
        core,
        node,
        attempt: attempt.context.attempt,
    };
    let mut next = next(core, &info, &mut act);
    if core.is_hooked(node) && act.hooks != Asked::Before {
        let old = act
            .old
            .take()
            .unwrap_or_else(|| State::new(StateType::Running, ""));
        let becomes = |signal: &Signal| becomes(core, &info, signal);
        let answer = core.hooks.ask(&info, &old, &state(&next, &act), &becomes);
        let answered = match answer {
            // Whatever they answer to what they are only told: it has happened.
            _ if act.hooks == Asked::Told => None,
            Answer::Pass => None,
            Answer::Signal(signal) => Some(Act::signal(signal)),
            Answer::Failed(cause) => Some(Act::given_up(cause)),
        };
        if let Some(answered) = answered {
            forget(core, node);
            act = answered.after(act);
            next = self::next(core, &info, &mut act);
        }
    }
    if next == Next::Finish(StateType::Success) {
        let said = core::mem::take(&mut act.message);
        match durable::keep(attempt, act.signal.as_ref(), said).await {
            Ok(durable) => (act.kept, act.message) = (durable.kept, durable.message),
            Err(cause) => {
                act = Act::not_kept(cause);
                next = self::next(core, &info, &mut act);
                if matches!(next, Next::Retry { .. }) {
                    core.tell(node).unwritten = true;
                }
                if core.is_hooked(node) {
                    // Told, not asked: whatever they answer, there is no result.
                    let running = State::new(StateType::Running, "");
                    let failed = state(&next, &act);
                    let _ = core.hooks.ask(&info, &running, &failed, &|_| failed.clone());
                }
            }
        }
    }
    if act.signal.as_ref().is_some_and(Signal::ends_run) {
        core.want(Wanted::Ending, act.message.clone());
    }
    conclude(core, node, &info, attempt.clock, next, act)
}

/// The state that comes of an attempt which raised this signal.
pub(super) fn becomes(core: &Core, info: &NodeInfo<'_>, signal: &Signal) -> State {
    let mut act = Act::signal(signal.clone());
    let next = next(core, info, &mut act);
    state(&next, &act)
}

/// Forgets a result that a hook refused.
fn forget(core: &Core, node: usize) {
    core.slot(node).free();
    if let Some(mut story) = core.story(node) {
        story.unwritten = false;
    }
}

/// What follows the attempt; where that is not what was asked for, the message says so.
fn next(core: &Core, info: &NodeInfo<'_>, act: &mut Act) -> Next {
    let node = info.node;
    let tries = Tries {
        attempts: info.attempt,
        ..core.tries(node)
    };
    let rules = core.node(node).rules();
    // A success needs neither a clock nor luck.
    let (now, chance) = match act.end {
        AttemptEnd::Success | AttemptEnd::Cached => (Timestamp::UNIX_EPOCH, 0.5),
        _ => (Timestamp::now(), chance(core, node, tries.attempts)),
    };
    let next = after(rules, tries, act.end, core.wanted(), now, chance);
    let asks = matches!(act.end, AttemptEnd::Retry { counted: true, .. });
    if asks && next == Next::Finish(StateType::Failed) {
        act.message.push_str(match rules.retries {
            0 => "; it asked for another attempt, which needs `retries`, or a signal that is `uncounted()`",
            _ => "; it asked for another attempt, and its `retries` are used up",
        });
    }
    next
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
        Next::CutShort { .. } => StateType::Cancelled,
    };
    State::new(kind, act.message.clone())
}

/// Notes an attempt that another one is to follow.
fn repeat(core: &Core, node: usize, info: &NodeInfo<'_>, counted: bool, message: &str) {
    // Also one that has not come to its body.
    core.count(node, info.attempt);
    let rules = core.node(node).rules();
    let mut story = core.tell(node);
    if counted {
        story.retries = one_more(story.retries);
    }
    let left = rules.retries.saturating_sub(story.retries);
    let retries = if left == 1 { "retry" } else { "retries" };
    let message = format!("{message} (attempt {}, {left} {retries} left)", info.attempt);
    let state = State::new(StateType::Retrying, message);
    story.ended(info.attempt, Timestamp::now(), &state);
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
    let failure = act
        .cause
        .filter(|_| state.kind.is_failed() || state.kind.is_pending())
        .map(|cause| Arc::new(NodeFailure::new(core, node, cause)));
    let mut detail = Detail {
        message: act.message,
        failure,
        kept: act.kept,
        took: clock.map_or_else(Default::default, |clock| clock.elapsed()),
        ended: None,
    };
    match next {
        Next::Retry { at, counted } => {
            repeat(core, node, info, counted, &detail.message);
            dispose(detail.failure);
            Settled::Retry(at)
        }
        Next::CutShort { at, counted } => {
            repeat(core, node, info, counted, &detail.message);
            core.tell(node).not_before = Some(Due::at(at));
            detail.message = format!("{}, and the run ended before its next attempt", detail.message);
            Settled::Finish(StateType::Cancelled, Some(detail))
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
pub(super) fn failed(core: &Core, node: usize, info: &NodeInfo<'_>, state: &State, detail: &mut Detail) {
    let Some(hook) = &core.node(node).rules().on_failure else {
        return;
    };
    let attempts = {
        let mut story = core.tell(node);
        if info.attempt > 0 {
            story.ended(info.attempt, Timestamp::now(), state);
        }
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
