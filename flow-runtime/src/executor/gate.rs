//! What happens around the body of a node whose run has a store: its target is looked for before, its result is kept
//! after. Where only the arguments tell the target's path, the look is part of the call.

use core::fmt::Display;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::attempt::Attempt;
use crate::checkpoint::{self, CheckpointError, Displayed, Identity};
use crate::store::StorePath;
use crate::task::{BoxError, Task};

use super::identity::parameter;
use super::keeper::Found;
use super::kept::Kept;
use super::paths;

/// What is known of an attempt's target.
pub(crate) struct Gate {
    identity: Identity,
    /// Set before the call, or in it once the arguments are there.
    found: OnceLock<Found>,
    /// The arguments that the node's own target shows, by parameter: told by the call as it makes them.
    shown: Mutex<Vec<(&'static str, Displayed)>>,
}

/// The checkpoint layer's error on its way through a call.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct GateError(pub(crate) CheckpointError);

impl Gate {
    /// Looks for the node's target, if it has one and its path is known without its upstream's results; the kept
    /// result if it is reused, which it is not for a result that comes `anew`.
    pub(crate) async fn before(attempt: &Attempt, anew: bool) -> Result<Option<Kept>, CheckpointError> {
        let (core, node) = (attempt.core(), attempt.node());
        let (Some(keeper), Some(template)) = (&core.keeper, core.node(node).target()) else {
            return Ok(None);
        };
        let gate = Self {
            identity: keeper.identities.of(core, node),
            found: OnceLock::new(),
            shown: Mutex::default(),
        };
        let args = || keeper.identities.args(core, node);
        if let Some(path) = paths::early_path(core.frame(), node, template, Some(&args))? {
            let found = keeper.find(core, node, &gate.identity, path, anew).await?;
            if found.kept.is_some() {
                return Ok(found.kept);
            }
            set_found(attempt, &gate, found);
        }
        set(&attempt.gate, gate);
        Ok(None)
    }

    /// The path of a target that only `task`'s arguments tell; `None` if there is nothing to look for.
    pub(crate) fn target<T: Task>(attempt: &Attempt, task: &T) -> Result<Option<StorePath>, BoxError> {
        let (core, node) = (attempt.core(), attempt.node());
        let spec = core.node(node);
        let (Some(gate), Some(template)) = (Self::open(attempt), spec.target()) else {
            return Ok(None);
        };
        let shown = |name: &str| match spec.overrides.target {
            Some(_) => gate
                .told(name)
                .or_else(|| paths::early_value(core.frame(), node, name)),
            None => task.shown(name).map(checkpoint::displayed),
        };
        let args = || match &core.keeper {
            Some(keeper) => keeper.identities.args(core, node),
            None => Err("the run".to_owned()),
        };
        match paths::path(core.frame(), node, template, Some(&args), &shown) {
            Ok(path) => Ok(Some(path)),
            Err(error) => Err(GateError(error).into()),
        }
    }

    /// Notes the argument at `place` of the call, where the path of the node's own target needs it.
    pub(crate) fn note(attempt: &Attempt, place: usize, value: &dyn Display) {
        let Some(gate) = Self::open(attempt) else { return };
        let spec = attempt.core().node(attempt.node());
        let argument = spec.arguments.get(place);
        if let Some(name) = argument.and_then(|argument| parameter(spec.task, place, argument)) {
            let text = checkpoint::displayed(value);
            let mut shown = gate.shown.lock().unwrap_or_else(PoisonError::into_inner);
            shown.push((name, text));
        }
    }

    fn told(&self, name: &str) -> Option<Displayed> {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown
            .iter()
            .find(|(told, _)| *told == name)
            .map(|(_, text)| text.clone())
    }

    /// Whether the attempt has a target that was not looked for, as only its arguments tell the path.
    pub(crate) fn is_open(attempt: &Attempt) -> bool {
        Self::open(attempt).is_some()
    }

    fn open(attempt: &Attempt) -> Option<&Self> {
        attempt.gate.get().filter(|gate| gate.found.get().is_none())
    }

    /// Looks for that target; `true` if the body is not to run, as it is reused or nothing else was wanted.
    pub(crate) async fn look(attempt: &Attempt, path: StorePath) -> Result<bool, BoxError> {
        let (core, node) = (attempt.core(), attempt.node());
        let (Some(keeper), Some(gate)) = (&core.keeper, attempt.gate.get()) else {
            return Ok(false);
        };
        let anew = attempt.aim.is_some_and(|aim| aim.anew);
        let found = keeper
            .find(core, node, &gate.identity, path, anew)
            .await
            .map_err(GateError)?;
        let reused = found.kept.is_some();
        set_found(attempt, gate, found);
        Ok(reused || attempt.aim.is_some())
    }

    /// What a look in the call has found and is reused.
    pub(crate) fn reused(attempt: &Attempt) -> Option<Kept> {
        attempt.gate.get()?.found.get()?.kept.clone()
    }

    /// Makes the result of a success durable.
    pub(crate) async fn keep(attempt: &Attempt) -> Result<Option<Kept>, CheckpointError> {
        let (core, node) = (attempt.core(), attempt.node());
        let Some(keeper) = &core.keeper else {
            return Ok(None);
        };
        let target = attempt
            .gate
            .get()
            .and_then(|gate| Some((&gate.identity, gate.found.get()?)));
        keeper.keep(core, node, target).await.map(Some)
    }
}

/// The target was looked for: it is replaced, or reused.
fn set_found(attempt: &Attempt, gate: &Gate, found: Found) {
    let _ = attempt.context.target.set(found.path.clone());
    set(&gate.found, found);
}

/// An attempt decides each of these once.
fn set<T>(cell: &OnceLock<T>, value: T) {
    assert!(cell.set(value).is_ok(), "an attempt looks for its target once");
}
