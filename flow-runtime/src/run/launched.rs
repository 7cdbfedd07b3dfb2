//! A run as the command line has it, which does not know the type of its flow: how it ended, and how it goes on.

use super::Run;
use crate::checkpoint::CheckpointError;
use crate::error::unrecorded;
use crate::failure::Cause;
use crate::flow::Flow;
use crate::registry::{Launched, WayOn};
use crate::run_id::RunId;
use crate::state::{RunState, State, StateError, StateType};

impl<F: Flow> Launched for Run<F> {
    fn id(&self) -> &RunId {
        Run::id(self)
    }

    fn state(&self) -> &State {
        Run::state(self)
    }

    fn succeeded(&self) -> bool {
        self.state.kind == StateType::Success && self.unread.is_none() && self.unrecorded.is_none()
    }

    fn is_cut_off(&self) -> bool {
        self.unrecorded.is_some()
    }

    fn publish(&self, limit: usize) -> Result<RunState, StateError> {
        self.run_state_within(limit)
    }

    fn run_state(&self) -> Result<RunState, StateError> {
        Run::run_state(self)
    }

    fn way_on(&self) -> WayOn {
        let is_recorded = self.core.recorder.is_some();
        let is_success = self.state.kind == StateType::Success && self.unrecorded.is_none();
        match self.unsuccessful() {
            _ if self.asks_for_another_value() => WayOn::Nothing,
            // Where its output cannot be read, that says itself what is to be mended.
            _ if is_success && self.unread.is_some() => WayOn::Nothing,
            None if is_success => WayOn::Nothing,
            Some(node) if is_success && is_recorded => WayOn::From(node),
            _ if is_recorded => WayOn::Resume,
            _ => WayOn::Again,
        }
    }

    fn report(&self) -> Option<String> {
        let unrecorded = self
            .unrecorded
            .as_ref()
            .map(|error| unrecorded(self.flow(), error));
        unrecorded
            .or_else(|| self.unread.clone())
            .or_else(|| Run::report(self))
    }
}

impl<F: Flow> Run<F> {
    /// The first node that failed, else the first that was cancelled.
    fn unsuccessful(&self) -> Option<&'static str> {
        let first = |is: fn(StateType) -> bool| (0..self.core.len()).find(|&node| is(self.core.kind(node)));
        let node = first(|kind| matches!(kind, StateType::Failed | StateType::TimedOut))
            .or_else(|| first(|kind| kind == StateType::Cancelled))?;
        Some(self.core.node(node).name)
    }

    /// Whether a node failed because of a value that cannot be part of its target: given again, it fails again.
    fn asks_for_another_value(&self) -> bool {
        self.failures().any(|failure| match failure.cause() {
            Cause::Checkpoint(CheckpointError::Render(error)) => error.asks_for_another_value(),
            _ => false,
        })
    }
}
