//! The result of a success made durable: put in its place where a signal gave it, and written where its target lies.
//!
//! A body that ran has had its target looked for. A result that came another way may not: a hook was first, the body ran
//! out of time, or the result was made by an earlier attempt, which could not write it. Then it is looked for here, and
//! where only the arguments tell the path, they are made for that alone.

use std::sync::Arc;

use crate::attempt::{Aim, Attempt};
use crate::failure::Cause;
use crate::signal::Signal;
use crate::task::BoxError;

use super::core::Core;
use super::gate::{Gate, GateError};
use super::kept::Kept;
use super::outputs::accept;
use super::worker::hold_inputs;

/// What was made durable, and what is to be told of it.
pub(super) struct Durable {
    pub(super) kept: Option<Kept>,
    pub(super) message: String,
}

/// Makes the result of a success durable. `said` is what there is to tell so far; `signal` told it to succeed.
pub(super) async fn keep(
    attempt: &mut Attempt,
    signal: Option<&Signal>,
    said: String,
) -> Result<Durable, Cause> {
    if let Some(signal) = signal {
        put(attempt, signal)?;
    }
    aim(attempt, signal.is_some()).await?;
    let kept = Gate::keep(attempt).await.map_err(Cause::Checkpoint)?;
    let message = match &kept {
        Some(kept) if said.is_empty() => kept.message(),
        _ => said,
    };
    Ok(Durable { kept, message })
}

/// The same for a node that is passed over, whose upstream may have no value: nothing is made of its arguments.
pub(super) async fn keep_passed_over(attempt: &Attempt, signal: &Signal) -> Result<Durable, Cause> {
    put(attempt, signal)?;
    Gate::before(attempt, true).await.map_err(Cause::Checkpoint)?;
    let mut message = signal.message().to_owned();
    if Gate::is_open(attempt) {
        message.push_str("; its target is not written, as only its arguments tell the path");
    }
    let kept = Gate::keep(attempt).await.map_err(Cause::Checkpoint)?;
    Ok(Durable { kept, message })
}

/// What is found in the node's target. Where only the arguments of the call tell the path, hooks are asked before:
/// nothing is found without them.
pub(super) async fn find(attempt: &mut Attempt) -> Result<Option<Kept>, Cause> {
    let core = Arc::clone(attempt.core());
    if let Some(kept) = Gate::before(attempt, false).await.map_err(Cause::Checkpoint)? {
        return Ok(Some(kept));
    }
    if !Gate::is_open(attempt) || core.is_hooked(attempt.node()) {
        return Ok(None);
    }
    look(&core, attempt, Aim { anew: false }).await?;
    Ok(Gate::reused(attempt))
}

/// Puts the value of a signal in the node's place.
fn put(attempt: &Attempt, signal: &Signal) -> Result<(), Cause> {
    let (core, node) = (attempt.core(), attempt.node());
    let value = signal.value();
    if core.families.is_for(node) {
        let message =
            "it was told to succeed with a value, and the result of a `for` is what its children return";
        return Err(Cause::Signal(message.to_owned()));
    }
    if let Some(value) = &value {
        let accepted = accept(&attempt.context, &**value);
        accepted.map_err(Cause::Checkpoint)?;
    }
    if value.is_some_and(|value| core.slot(node).put(value, core.by_reference(node))) {
        return Ok(());
    }
    let output = core.node(node).task.output.type_name;
    let message = format!(
        "it was told to succeed with another type than its task's output, `{}`",
        output()
    );
    Err(Cause::Signal(message))
}

/// Finds the node's target, if it has one that was not looked for. What lies there is replaced where the result was `given`.
async fn aim(attempt: &mut Attempt, given: bool) -> Result<(), Cause> {
    let core = Arc::clone(attempt.core());
    if attempt.gate.get().is_none() {
        Gate::before(attempt, given).await.map_err(Cause::Checkpoint)?;
    }
    if !Gate::is_open(attempt) {
        return Ok(());
    }
    look(&core, attempt, Aim { anew: given }).await
}

/// Has the arguments of the call tell where the target is, and looks what is there.
async fn look(core: &Core, attempt: &mut Attempt, aim: Aim) -> Result<(), Cause> {
    hold_inputs(core, attempt).await.map_err(Cause::Checkpoint)?;
    attempt.aim = Some(aim);
    let aimed = run(core, attempt).await;
    attempt.aim = None;
    aimed
}

/// Runs the node's function for its arguments alone.
async fn run(core: &Core, attempt: &Attempt) -> Result<(), Cause> {
    let ended = (core.node(attempt.node()).run)(attempt).await;
    ended.map(|_| ()).map_err(cause)
}

fn cause(error: BoxError) -> Cause {
    match error.downcast::<GateError>() {
        Ok(error) => Cause::Checkpoint(error.0),
        Err(error) => Cause::Error(error),
    }
}
