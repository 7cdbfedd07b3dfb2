//! What a slice comes to, and what drives a run that is made ready.

use core::any::Any;
use std::sync::Arc;

use jiff::Timestamp;

use super::Runner;
use super::prepare::Drive;
use crate::error::StartError;
use crate::executor::{Core, Ready};
use crate::flow::{Flow, Start};
use crate::run::Run;
use crate::spec::FlowSpec;
use crate::state::{Fitted, RunState};

/// What a slice comes to.
pub enum Slice<F: Flow> {
    /// Nothing is pending: the run has ended, Success or not.
    Finished(Run<F>),
    /// Something is pending: `restore` this state in the next slice.
    ///
    /// A node that is Paused is asked again by each slice: where nothing but such nodes is left
    /// ([`RunState::nodes`] tells them), call again when what they wait for is there.
    CallAgain {
        /// The run as it is now.
        state: RunState,
        /// When the next slice has something to do; now without it.
        not_before: Option<Timestamp>,
    },
}

impl<F: Flow> core::fmt::Debug for Slice<F> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Finished(run) => f.debug_tuple("Finished").field(run).finish(),
            Self::CallAgain { state, not_before } => f
                .debug_struct("CallAgain")
                .field("slice", &state.slice())
                .field("not_before", not_before)
                .finish_non_exhaustive(),
        }
    }
}

impl Runner {
    /// Drives a flow until its run has ended or stopped.
    pub(super) fn drive<S: Start>(&self, flow: S, how: &Drive) -> Result<Arc<Core>, StartError> {
        let spec = flow.spec();
        let (params, from) = flow.into_parts();
        self.drive_from(spec, Box::new(params), from, how)
    }

    /// The same for a flow whose parameters and state are known apart.
    pub(crate) fn drive_from(
        &self,
        spec: &'static FlowSpec,
        params: Box<dyn Any + Send + Sync>,
        from: Option<Fitted>,
        how: &Drive,
    ) -> Result<Arc<Core>, StartError> {
        let core = self.prepare(spec, params, from, how)?;
        let ready = Ready::new(&core, self.workers(), self.tokio.clone());
        let threads = |source| StartError::Threads {
            flow: spec.name,
            source,
        };
        ready.map_err(threads)?.run();
        Ok(core)
    }

    /// Makes a flow ready to be driven.
    pub(super) fn ready<S: Start>(&self, flow: S, how: &Drive) -> Result<Arc<Core>, StartError> {
        let spec = flow.spec();
        let (params, from) = flow.into_parts();
        self.prepare(spec, Box::new(params), from, how)
    }
}
