//! One node, from its decision to its end, on whatever thread drives it.

use core::panic::AssertUnwindSafe;
use core::pin::pin;
use core::task::Poll;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::time::Instant;

use crate::attempt::{Attempt, Call, Ended};
use crate::failure::{Cause, NodeFailure, panic_message};
use crate::plan::Decision;
use crate::spec::EdgeKind;
use crate::state::StateType;
use crate::store::wait;
use crate::task::BoxError;

use super::core::{Core, Detail, Hold};
use super::gate::{Gate, GateError};
use super::kept::{self, Kept};

/// How a body ended: by returning, or by this panic.
type Outcome = Result<Result<Ended, BoxError>, String>;

/// What a node's end is called, and what is to be told of it.
pub(super) type Conclusion = (StateType, Option<Detail>);

/// What is told of a node that the plan does not run: which upstream is to blame.
pub(super) fn passed_over(core: &Core, node: usize, kind: StateType) -> Detail {
    let mut culprits = Vec::new();
    for edge in core.spec.nodes[node].edges {
        let state = core.kind(edge.node);
        let to_blame = match kind {
            StateType::TriggerFailed => state.is_failed(),
            _ => state == kind,
        };
        if to_blame {
            culprits.push(format!("`{}` is {state}", core.spec.nodes[edge.node].name));
        }
    }
    Detail {
        message: culprits.join(", "),
        ..Detail::default()
    }
}

/// What the plan says of `node`, made a question with one answer: run it, or end it so.
pub(super) fn decide(core: &Core, node: usize) -> Option<StateType> {
    match core.decide(node) {
        Decision::Run => None,
        Decision::Finish(kind) => Some(kind),
        Decision::Wait => unreachable!("a node is ready when the last of its upstream has finished"),
    }
}

/// Runs a node whose body is a plain function on this thread.
pub(super) fn perform_now(attempt: &mut Attempt) -> Conclusion {
    if attempt.core().holds(attempt.node()) {
        return wait(perform(attempt));
    }
    let (core, node) = (&**attempt.core(), attempt.node());
    let clock = core.readers.is_some().then(Instant::now);
    let outcome = caught(|| match (core.spec.nodes[node].run)(attempt) {
        Call::Done(Some(ended)) => ended,
        call => wait(call),
    });
    conclude(core, node, clock, outcome, None)
}

/// Runs a node with everything around the body: its target, its inputs, its checkpoint. Every panic on the way is the
/// node's: not only its body is the author's code, but also how a value is shown in a path, written and read.
pub(super) async fn perform(attempt: &mut Attempt) -> Conclusion {
    let core = Arc::clone(attempt.core());
    let node = attempt.node();
    let clock = core.readers.is_some().then(Instant::now);
    let mut steps = pin!(steps(&core, node, clock, attempt));
    let ended = core::future::poll_fn(|context| match caught(|| steps.as_mut().poll(context)) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(conclusion)) => Poll::Ready(Ok(conclusion)),
        Err(panic) => Poll::Ready(Err(panic)),
    });
    match ended.await {
        Ok(conclusion) => conclusion,
        Err(panic) => fail(&core, node, clock, Cause::Panic(panic)),
    }
}

async fn steps(core: &Core, node: usize, clock: Option<Instant>, attempt: &mut Attempt) -> Conclusion {
    match Gate::before(attempt).await {
        Ok(Some(kept)) => return conclude(core, node, clock, Ok(Ok(Ended::Cached)), Some(kept)),
        Ok(None) => {}
        Err(error) => return fail(core, node, clock, Cause::Checkpoint(error)),
    }
    if let Err(error) = hold_inputs(core, attempt).await {
        return fail(core, node, clock, Cause::Checkpoint(error));
    }
    let ended = match (core.spec.nodes[node].run)(attempt).await {
        Ok(ended) => ended,
        Err(error) => return conclude(core, node, clock, Ok(Err(error)), None),
    };
    match Gate::after(attempt, ended == Ended::Ran).await {
        Ok(kept) => conclude(core, node, clock, Ok(Ok(ended)), kept),
        Err(error) => fail(core, node, clock, Cause::Checkpoint(error)),
    }
}

/// What `body` returns, or the message of its panic. A body that panics leaves nothing behind that is read again: its
/// place stays empty, and what it borrows is shared.
fn caught<T>(body: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(body)).map_err(|panic| panic_message(&*panic))
}

/// Holds the upstream results that may be freed meanwhile, and loads those that are not in memory.
async fn hold_inputs(core: &Core, attempt: &mut Attempt) -> Result<(), crate::checkpoint::CheckpointError> {
    let node = attempt.node();
    for edge in core.spec.nodes[node].edges {
        if edge.kind == EdgeKind::Order || core.slot(edge.node).kept().is_some() {
            continue;
        }
        let value = match core.slot(edge.node).shared() {
            Some(value) => value,
            None => kept::load(core, edge.node).await?,
        };
        attempt.held.push(Hold {
            node: edge.node,
            value,
        });
    }
    Ok(())
}

fn conclude(
    core: &Core,
    node: usize,
    clock: Option<Instant>,
    outcome: Outcome,
    kept: Option<Kept>,
) -> Conclusion {
    let kind = match outcome {
        Ok(Ok(Ended::Ran)) => StateType::Success,
        Ok(Ok(Ended::Cached)) => StateType::Cached,
        Ok(Err(error)) => {
            // The checkpoint layer's own error comes through the call where only arguments tell the path.
            let cause = match error.downcast::<GateError>() {
                Ok(error) => Cause::Checkpoint(error.0),
                Err(error) => Cause::Error(error),
            };
            return fail(core, node, clock, cause);
        }
        Err(message) => return fail(core, node, clock, Cause::Panic(message)),
    };
    if clock.is_none() && kept.is_none() {
        return (kind, None);
    }
    let message = kept.as_ref().map(Kept::message).unwrap_or_default();
    let took = clock.map_or_else(Default::default, |clock| clock.elapsed());
    (
        kind,
        Some(Detail {
            message,
            failure: None,
            kept,
            took,
        }),
    )
}

fn fail(core: &Core, node: usize, clock: Option<Instant>, cause: Cause) -> Conclusion {
    let failure = NodeFailure::new(core.spec.name, &core.spec.nodes[node], cause);
    let detail = Detail {
        message: failure.summary(),
        failure: Some(Arc::new(failure)),
        kept: None,
        took: clock.map_or_else(Default::default, |clock| clock.elapsed()),
    };
    (StateType::Failed, Some(detail))
}
