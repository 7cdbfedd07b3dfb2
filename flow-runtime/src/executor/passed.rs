//! Nodes that end without an attempt: the plan passes them over, the run ends before them, their process died in them too
//! often. Their hooks are asked all the same.

use std::sync::Arc;

use jiff::Timestamp;

use crate::attempt::Attempt;
use crate::contained::caught;
use crate::failure::{Cause, NodeFailure};
use crate::hook::NodeInfo;
use crate::plan::{Next, Wanted, instead};
use crate::signal::Signal;
use crate::state::{State, StateType};
use crate::store::wait;
use crate::task::{Outcome, UpstreamFailure};

use super::core::{Core, Detail};
use super::durable;
use super::hooks::Answer;
use super::settle::{Act, Settled, failed};

/// Fails a node in whose body the process has died too often, unless its hooks say otherwise.
pub(super) fn died(core: &Arc<Core>, node: usize) -> Settled {
    let deaths = core.story(node).map_or(0, |story| story.deaths);
    pass_over(
        core,
        node,
        StateType::Failed,
        Detail::failed(core, node, Cause::Died(deaths)),
    )
}

/// Ends a node that is not to run, unless its hooks say otherwise.
pub(super) fn pass_over(core: &Arc<Core>, node: usize, kind: StateType, detail: Detail) -> Settled {
    if !core.is_hooked(node) {
        return Settled::Finish(kind, Some(detail));
    }
    match asked(core, node, kind, detail) {
        Settled::Finish(StateType::Failed, Some(mut detail)) => {
            let state = State::new(StateType::Failed, detail.message.clone());
            failed(core, node, &info(core, node), &state, &mut detail);
            Settled::Finish(StateType::Failed, Some(detail))
        }
        settled => settled,
    }
}

/// Ends a `for` whose children have ended.
pub(super) fn close(core: &Arc<Core>, node: usize) -> Settled {
    let family = core.families.get(node).expect("its children have ended");
    let (kind, detail) = core.sum(family);
    pass_over(core, node, kind, detail)
}

/// What became of a node that has no value.
pub(crate) fn outcome_without_value<T>(core: &Core, node: usize) -> Outcome<T> {
    match core.kind(node) {
        StateType::Skipped => Outcome::Skipped,
        StateType::Cancelled => Outcome::Cancelled,
        state => Outcome::Failed(UpstreamFailure {
            node: core.node(node).name,
            slug: core.slug(node),
            state,
            message: core.state(node).message,
            cause: core.detail(node).and_then(|detail| detail.failure.clone()),
        }),
    }
}

/// Ends what was left to a later slice, or paused, when the run was ended after that: nobody goes on with it.
pub(super) fn end_the_rest(core: &Arc<Core>) {
    if !matches!(core.wanted(), Wanted::Ending | Wanted::Cancelling) {
        return;
    }
    let mut ready = core.left_over();
    while let Some(node) = ready.pop() {
        let node = node as usize;
        core.take_up(node);
        let detail = Detail {
            message: core.reason().to_owned(),
            ..Detail::default()
        };
        let ended = if core.is_over(node) {
            close(core, node)
        } else {
            pass_over(core, node, StateType::Cancelled, detail)
        };
        match ended {
            Settled::Finish(kind, detail) => core.finish(node, kind, detail, &mut ready),
            Settled::Rest(kind, detail) => core.rest(node, kind, detail),
            Settled::Retry(_) | Settled::Late => unreachable!("there was no attempt"),
        };
    }
}

fn info(core: &Core, node: usize) -> NodeInfo<'_> {
    NodeInfo {
        core,
        node,
        attempt: core.attempts(node),
    }
}

/// What the hooks make of such an end.
fn asked(core: &Arc<Core>, node: usize, kind: StateType, detail: Detail) -> Settled {
    let new = State::new(kind, detail.message.clone());
    let becomes = |signal: &Signal| match instead(signal.end(Timestamp::UNIX_EPOCH), core.wanted()) {
        None => State::new(kind, void(&detail, signal)),
        Some(Next::Finish(kind) | Next::Rest(kind)) => State::new(kind, signal.message()),
        Some(Next::Retry { .. } | Next::CutShort { .. }) => unreachable!("nothing was attempted"),
    };
    let act = match core
        .hooks
        .ask(&info(core, node), &core.state(node), &new, &becomes)
    {
        Answer::Pass => return Settled::Finish(kind, Some(detail)),
        Answer::Signal(signal) => Act::signal(signal),
        Answer::Failed(cause) => Act::given_up(cause),
    };
    if act.signal.as_ref().is_some_and(Signal::ends_run) {
        core.want(Wanted::Ending, act.message.clone());
    }
    match (instead(act.end, core.wanted()), &act.signal) {
        (Some(Next::Finish(StateType::Success)), _) => succeed(core, node, act),
        (Some(Next::Finish(kind)), _) => Settled::Finish(kind, Some(detail_of(core, node, act))),
        (Some(Next::Rest(kind)), _) => Settled::Rest(kind, detail_of(core, node, act)),
        (None, Some(signal)) => {
            let message = void(&detail, signal);
            Settled::Finish(kind, Some(Detail { message, ..detail }))
        }
        (Some(Next::Retry { .. } | Next::CutShort { .. }) | None, _) => {
            unreachable!("only a signal asks for an attempt")
        }
    }
}

/// What is told of a node whose hook has asked for an attempt where there was none.
fn void(detail: &Detail, signal: &Signal) -> String {
    format!(
        "{}; {signal:?} is void, for nothing was attempted",
        detail.message
    )
}

/// Ends a node that is not to run with the value that a hook has for it.
fn succeed(core: &Arc<Core>, node: usize, mut act: Act) -> Settled {
    let attempt = Attempt::new(Arc::clone(core), node);
    let kept = match &act.signal {
        // How the value is written is the author's code.
        Some(signal) => caught(|| wait(durable::keep_passed_over(&attempt, signal))),
        None => unreachable!("without an attempt only a signal makes a success"),
    };
    match kept.unwrap_or_else(|panic| Err(Cause::Panic(panic))) {
        Ok(durable) => {
            (act.kept, act.message) = (durable.kept, durable.message);
            Settled::Finish(StateType::Success, Some(detail_of(core, node, act)))
        }
        Err(cause) => {
            let act = Act::given_up(cause);
            Settled::Finish(StateType::Failed, Some(detail_of(core, node, act)))
        }
    }
}

fn detail_of(core: &Core, node: usize, act: Act) -> Detail {
    let failure = act.cause.map(|cause| NodeFailure::new(core, node, cause));
    Detail {
        message: act.message,
        failure: failure.map(Arc::new),
        kept: act.kept,
        ..Detail::default()
    }
}
