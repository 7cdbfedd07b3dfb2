//! One node, from its decision to the end of an attempt, on whatever thread drives it. What becomes of it then is
//! [`settle`](super::settle)'s.

use std::sync::Arc;

use crate::attempt::{Attempt, Call, Ended};
use crate::checkpoint::CheckpointError;
use crate::contained::{caught, caught_in};
use crate::failure::Cause;
use crate::hook::NodeInfo;
use crate::mapped::Unread;
use crate::plan::Decision;
use crate::signal::Signal;
use crate::slot::Held;
use crate::spec::EdgeKind;
use crate::state::{State, StateType, one_more};
use crate::store::wait;
use crate::task::{BoxError, Final};

use super::core::{Core, Detail, HeldChildren, Hold};
use super::durable;
use super::family::Family;
use super::gate::{Gate, GateError};
use super::hooks::Answer;
use super::kept;
use super::recorder::Unrecorded;
use super::settle::{self, Act, Settled, settle};

/// How a body ended: by returning, or by this panic. One that panics leaves nothing behind that is read again: its place stays
/// empty, and what it borrows is shared.
type Returned = Result<Result<Ended, BoxError>, String>;

/// What is told of a node that the plan does not run: which upstream is to blame.
pub(super) fn passed_over(core: &Core, node: usize, kind: StateType) -> Detail {
    let spec = core.node(node);
    let upstream = |to_blame: fn(StateType, StateType) -> bool| {
        let edges = core
            .upstream(node)
            .map(|(_, upstream)| (upstream, core.seen(node, upstream)));
        let culprits = edges.filter(|(_, state)| to_blame(*state, kind));
        let culprits = culprits.map(|(upstream, state)| format!("`{}` is {state}", core.slug(upstream)));
        culprits.collect::<Vec<_>>().join(", ")
    };
    let mut message = upstream(|state, kind| match kind {
        StateType::TriggerFailed => state.is_failed(),
        _ => state == kind,
    });
    let trigger = spec.rules().trigger.name();
    if kind == StateType::TriggerFailed && trigger != "all_successful" {
        message = format!("its trigger `{trigger}` does not hold: {}", upstream(|_, _| true));
    }
    Detail {
        message,
        ..Detail::default()
    }
}

/// What the plan says of `node`, made a question with one answer: run it, or end it so.
///
/// # Errors
///
/// The message of a panic in a trigger of the author's.
pub(super) fn decide(core: &Core, node: usize) -> Result<Option<StateType>, String> {
    match caught(|| core.decide(node))? {
        Decision::Run => Ok(None),
        Decision::Finish(kind) => Ok(Some(kind)),
        Decision::Wait => unreachable!("a node is ready when the last of its upstream has finished"),
    }
}

/// Runs a node whose body is a plain function on this thread.
pub(super) fn perform_now(attempt: &mut Attempt) -> Settled {
    let (core, node) = (attempt.core(), attempt.node());
    if core.holds(node) || core.is_hooked(node) || core.node(node).rules().timeout.is_some() {
        return wait(perform(attempt));
    }
    body_now(attempt)
}

/// The same where there is nothing but the body: nothing to look for, to load, or to ask.
pub(super) fn body_now(attempt: &mut Attempt) -> Settled {
    let run = attempt.core().node(attempt.node()).run;
    let returned = caught(|| match run(attempt) {
        Call::Done(Some(ended)) => ended,
        call => wait(call),
    });
    if matches!(returned, Ok(Ok(Ended::Ran))) && attempt.clock.is_none() && !attempt.context.has_raised() {
        return Settled::Finish(StateType::Success, None);
    }
    let act = act(attempt, returned);
    wait(settle_caught(attempt, act))
}

/// Runs a node with everything around the body: its target, its inputs, its checkpoint. Every panic on the way is the
/// node's: not only its body is the author's code, but also how a value is shown in a path, written and read.
pub(super) async fn perform(attempt: &mut Attempt) -> Settled {
    let core = Arc::clone(attempt.core());
    let act = match caught_in(steps(&core, attempt)).await {
        Ok(act) => act,
        Err(panic) if attempt.is_in_time() => Some(Act::failed(Cause::Panic(panic), true)),
        // What panics after its time, or because it is dropped then, has timed out.
        Err(_) => late(attempt),
    };
    match act {
        Some(act) => settle_caught(attempt, act).await,
        None => Settled::Late,
    }
}

/// Calls a node's function for what it tells the attempt: it runs no body.
///
/// # Errors
///
/// Where an upstream result cannot be read, or the author's code fails.
pub(super) fn ask(core: &Core, attempt: &mut Attempt) -> Result<(), Cause> {
    wait(hold_inputs(core, attempt)).map_err(Cause::Checkpoint)?;
    let run = core.node(attempt.node()).run;
    let called = {
        let attempt = &*attempt;
        caught(|| wait(run(attempt)))
    };
    attempt.let_go();
    match called {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Cause::Error(error)),
        Err(panic) => Err(Cause::Panic(panic)),
    }
}

/// Ends a node whose target is there, though its body may not start; `None` where it would have to.
pub(super) fn find_now(attempt: &mut Attempt) -> Option<Settled> {
    let (core, node) = (Arc::clone(attempt.core()), attempt.node());
    let found = wait(caught_in(durable::find(attempt)));
    attempt.let_go();
    // What goes wrong goes wrong again when it is the node's turn.
    let kept = found.ok()?.ok()??;
    let old = waiting(&core, attempt);
    core.start(node);
    Some(wait(settle_caught(attempt, Act::cached(Some(kept)).from(old))))
}

/// Settles a node whose attempt took too long, and whose body still runs.
pub(super) async fn time_out(attempt: &mut Attempt) -> Settled {
    settle_caught(attempt, timed_out(attempt)).await
}

fn timed_out(attempt: &Attempt) -> Act {
    let rules = attempt.core().node(attempt.node()).rules();
    Act::failed(Cause::Timeout(rules.timeout.unwrap_or_default()), true)
}

async fn settle_caught(attempt: &mut Attempt, act: Act) -> Settled {
    match caught_in(settle(attempt, act)).await {
        Ok(settled) => settled,
        // How a value is written is the author's code too. It was not the body that failed: it is not repeated.
        Err(panic) => settle(attempt, Act::failed(Cause::Panic(panic), false).told()).await,
    }
}

/// Settles a node that could not choose an arm: what its conditions need cannot be read, or they fail.
pub(super) fn not_chosen(attempt: &mut Attempt, cause: Cause) -> Settled {
    let act = match cause {
        Cause::Checkpoint(error) => Act::checkpoint(error),
        cause => Act::failed(cause, true),
    };
    let old = waiting(attempt.core(), attempt);
    wait(settle_caught(attempt, act.from(old)))
}

/// An attempt up to the end of its body; `None` if somebody else ends it.
async fn steps(core: &Core, attempt: &mut Attempt) -> Option<Act> {
    let node = attempt.node();
    match Gate::before(attempt, false).await {
        Ok(Some(kept)) => return Some(Act::cached(Some(kept)).from(waiting(core, attempt))),
        Ok(None) => {}
        Err(error) => return Some(Act::checkpoint(error).from(waiting(core, attempt))),
    }
    if core.is_hooked(node)
        && let Some(act) = may_start(core, attempt)
    {
        return Some(act.asked());
    }
    if core.story(node).is_some_and(|story| story.unwritten) {
        return Some(Act::success());
    }
    if let Err(error) = hold_inputs(core, attempt).await {
        return Some(Act::checkpoint(error));
    }
    let attempt = &*attempt;
    let returned = (core.node(node).run)(attempt).await;
    match returned {
        Ok(Ended::Late) => late(attempt),
        Err(_) if !attempt.is_in_time() => late(attempt),
        returned => Some(act(attempt, Ok(returned))),
    }
}

/// The time was over before the body returned.
fn late(attempt: &Attempt) -> Option<Act> {
    attempt.gives_way().then(|| timed_out(attempt))
}

/// What a node was before this attempt.
fn waiting(core: &Core, attempt: &Attempt) -> State {
    let Some(story) = core.story(attempt.node()) else {
        return State::new(StateType::Pending, "");
    };
    // An attempt that was paused, or whose process died, is not one that is repeated.
    let last = story.past.last().map(|past| one_more(past.number));
    let kind = if last == Some(attempt.context.attempt) {
        StateType::Retrying
    } else {
        StateType::Pending
    };
    State::new(kind, story.message.clone())
}

/// Asks the hooks whether the attempt may start.
fn may_start(core: &Core, attempt: &Attempt) -> Option<Act> {
    let node = attempt.node();
    let number = attempt.context.attempt;
    let info = NodeInfo {
        core,
        node,
        attempt: number,
    };
    let old = waiting(core, attempt);
    let running = State::new(StateType::Running, "");
    match core.hooks.ask(&info, &old, &running, &|signal| {
        settle::becomes(core, &info, signal)
    }) {
        Answer::Pass => None,
        Answer::Signal(signal) => Some(Act::signal(signal)),
        Answer::Failed(cause) => Some(Act::failed(cause, false)),
    }
}

/// What a body that has ended comes to. A signal that was raised before a panic steers nothing.
fn act(attempt: &Attempt, returned: Returned) -> Act {
    let raised = attempt.context.take_raised();
    if let Some(error) = attempt.unread.take() {
        return Act::checkpoint(error);
    }
    match returned {
        Ok(Ok(Ended::Cached)) => Act::cached(Gate::reused(attempt)),
        Ok(Ok(Ended::Ran | Ended::Late | Ended::Opened | Ended::Chosen)) => Act::success().with_void(raised),
        Err(message) => Act::failed(Cause::Panic(message), true),
        Ok(Err(error)) => {
            // The checkpoint layer's own error comes through the call where only arguments tell the path.
            let error = match error.downcast::<GateError>() {
                Ok(error) => return Act::checkpoint(error.0),
                Err(error) => error,
            };
            let Err(error) = error.downcast::<Unrecorded>() else {
                return Act::unrecorded();
            };
            let (error, may_retry) = match error.downcast::<Final>() {
                Ok(error) => (error.0, false),
                Err(error) => (error, true),
            };
            match (Signal::among(&*error), raised) {
                (Some(signal), _) => Act::signal(signal),
                (None, Some(signal)) => Act::signal(signal).with_error(error),
                (None, None) => Act::failed(Cause::Error(error), may_retry),
            }
        }
    }
}

/// Holds the upstream results that may be freed meanwhile, and loads those that are not in memory.
pub(super) async fn hold_inputs(core: &Core, attempt: &mut Attempt) -> Result<(), CheckpointError> {
    let node = attempt.node();
    let spec = core.node(node);
    attempt.unread = Unread::default();
    for edge in spec.edges {
        let upstream = match edge.kind {
            EdgeKind::Order => continue,
            EdgeKind::Each if !core.families.is_child(node) => continue,
            EdgeKind::Each => core.above(node, edge.node),
            EdgeKind::Data => edge.node,
        };
        if let Some(family) = core.families.get(upstream) {
            attempt.unread.ready();
            if !spec.streams(upstream) && !attempt.held_children.iter().any(|held| held.node == upstream) {
                let values = hold_children(core, family).await?;
                attempt.held_children.push(HeldChildren {
                    node: upstream,
                    values,
                });
            }
            continue;
        }
        let is_there = attempt.held.iter().any(|held| held.node == upstream);
        if is_there {
            continue;
        }
        if let Some(value) = held(core, upstream).await? {
            attempt.held.push(Hold {
                node: upstream,
                value,
            });
        }
    }
    Ok(())
}

/// The results of all children of a `for`, where they may be freed meanwhile or are not in memory.
pub(crate) async fn hold_children(
    core: &Core,
    family: &Family,
) -> Result<Vec<Option<Held>>, CheckpointError> {
    let mut values = Vec::with_capacity(family.len());
    for child in family.ids() {
        values.push(held(core, child).await?);
    }
    Ok(values)
}

/// The result of a node; `None` where it has none, or memory has it as long as the run.
async fn held(core: &Core, node: usize) -> Result<Option<Held>, CheckpointError> {
    if !core.kind(node).has_value() || core.slot(node).kept().is_some() {
        return Ok(None);
    }
    match core.slot(node).shared() {
        Some(value) => Ok(Some(value)),
        None => kept::load(core, node).await.map(Some),
    }
}
