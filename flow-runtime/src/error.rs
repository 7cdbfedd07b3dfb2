//! What can go wrong around a run: it cannot start, it does not end as Success, a result cannot be had.

use core::fmt;
use core::time::Duration;
use std::error::Error;
use std::io;

use thiserror::Error;

use crate::checkpoint::CheckpointError;
use crate::failure::chain;
use crate::flow::Flow;
use crate::journal::NotRecorded;
use crate::run::Run;
use crate::runs::RunsError;
use crate::state::{StateError, StateType};

/// Why a run could not start; nothing ran.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The zone of the logical time is unknown.
    #[error(
        "flow `{flow}` cannot start: `{zone}` is not a time zone of this machine; name one such as `Europe/Berlin` or `UTC`"
    )]
    Zone {
        /// The flow.
        flow: &'static str,
        /// The zone that was asked for.
        zone: String,
        /// What the time zone database says.
        source: jiff::Error,
    },
    /// The logical time does not exist in its zone.
    #[error("flow `{flow}` cannot start: the zone does not have this date")]
    Time {
        /// The flow.
        flow: &'static str,
        /// Why.
        source: jiff::Error,
    },
    /// A key of another flow was given.
    #[error("flow `{flow}` cannot start: `{node}`, set by `Runner::given`, is a node of flow `{other}`")]
    ForeignKey {
        /// The flow that was to run.
        flow: &'static str,
        /// The key's node.
        node: &'static str,
        /// The key's flow.
        other: &'static str,
    },
    /// The result of a `for` was given, which its children make.
    #[error(
        "flow `{flow}` cannot start: `{node}`, set by `Runner::given`, is a `for`, and its result is what its children return; give the \
         result of what it goes through, or of what reads it"
    )]
    GivenFor {
        /// The flow.
        flow: &'static str,
        /// The `for`.
        node: &'static str,
    },
    /// A node that does not exist was to be forced.
    #[error("flow `{flow}` cannot start: it has no node `{node}` to force; its nodes are {}", known.join(", "))]
    UnknownNode {
        /// The flow.
        flow: &'static str,
        /// The name that was given.
        node: String,
        /// The names that there are.
        known: Vec<&'static str>,
    },
    /// The store's path is empty.
    #[error(
        "flow `{flow}` cannot start: the path of its store is empty; name a directory (`.` is the current one), or use `Runner::in_memory()`"
    )]
    NoStore {
        /// The flow.
        flow: &'static str,
    },
    /// `run_async` was called where there is no tokio runtime.
    #[error(
        "flow `{flow}` cannot start: `run_async` runs on the caller's tokio runtime, and there is none; call `run`, which makes one of its own"
    )]
    NoRuntime {
        /// The flow.
        flow: &'static str,
    },
    /// A parameter cannot be recorded, so that no other process could go on with the run.
    #[error("flow `{flow}` cannot start: a parameter cannot be recorded")]
    Parameter {
        /// The flow.
        flow: &'static str,
        /// Which, and why not.
        source: StateError,
    },
    /// The run state that it is to go on from cannot be used.
    #[error("flow `{flow}` cannot start: the run state that it is to go on from cannot be used")]
    FromState {
        /// The flow.
        flow: &'static str,
        /// Why not.
        source: StateError,
    },
    /// The run cannot be recorded, or another process drives it.
    #[error("flow `{flow}` cannot start: its run cannot be had for this process")]
    Runs {
        /// The flow.
        flow: &'static str,
        /// Why not.
        source: RunsError,
    },
    /// An attempt may take longer than the whole budget.
    #[error(
        "flow `{flow}` cannot start: an attempt of `{node}` may take {timeout:?}, and the budget is {time:?}; shorten its `timeout`, or give more time"
    )]
    Budget {
        /// The flow.
        flow: &'static str,
        /// The node.
        node: &'static str,
        /// The node's `timeout`.
        timeout: Duration,
        /// The time of the budget.
        time: Duration,
    },
    /// The threads or the async runtime of the run could not be made.
    #[error("flow `{flow}` cannot start: its threads or its async runtime cannot be made")]
    Threads {
        /// The flow.
        flow: &'static str,
        /// What the system says.
        source: io::Error,
    },
}

/// Why `run` did not give a successful run.
#[non_exhaustive]
pub enum RunError<F: Flow> {
    /// It could not start; nothing ran.
    NotStarted(StartError),
    /// It ended in another state than Success; here it is.
    NotSuccessful(Box<Run<F>>),
    /// It is a success, but its output cannot be read.
    Output(Box<Run<F>>, ResultError),
    /// What happened in it could not be recorded, so it did not go on.
    NotRecorded(Box<Run<F>>, NotRecorded),
}

/// Why a slice has no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SliceError {
    /// It could not start; nothing ran.
    #[error(transparent)]
    NotStarted(#[from] StartError),
    /// What happened in it could not be recorded, so it did not go on: give the same state again.
    #[error(transparent)]
    NotRecorded(NotRecorded),
    /// The state that it comes to cannot be published: it is recorded in the store, if there is one.
    #[error("the state of the run cannot be published")]
    Publish(#[from] StateError),
}

impl<F: Flow> RunError<F> {
    /// The run, if there was one.
    pub fn run(&self) -> Option<&Run<F>> {
        match self {
            Self::NotStarted(_) => None,
            Self::NotSuccessful(run) | Self::Output(run, _) | Self::NotRecorded(run, _) => Some(run),
        }
    }

    /// The run, if there was one.
    pub fn into_run(self) -> Option<Run<F>> {
        match self {
            Self::NotStarted(_) => None,
            Self::NotSuccessful(run) | Self::Output(run, _) | Self::NotRecorded(run, _) => Some(*run),
        }
    }
}

impl<F: Flow> fmt::Debug for RunError<F> {
    // `fn main() -> Result<..>` prints errors by `Debug`; people read that.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<F: Flow> fmt::Display for RunError<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted(error) => f.write_str(&chain(error)),
            Self::NotSuccessful(run) => {
                match run.report() {
                    Some(report) => f.write_str(&report)?,
                    None => write!(f, "flow `{}` ended {}", run.flow(), run.state())?,
                }
                match run.unpaused() {
                    Some(advice) => write!(f, "\n  to go on: {advice}"),
                    None => Ok(()),
                }
            }
            Self::Output(run, error) => f.write_str(&error.after_success(run.flow())),
            Self::NotRecorded(run, error) => f.write_str(&unrecorded(run.flow(), error)),
        }
    }
}

// Without a source: what it says holds its causes already.
impl<F: Flow> Error for RunError<F> {}

impl<F: Flow> From<StartError> for RunError<F> {
    fn from(error: StartError) -> Self {
        Self::NotStarted(error)
    }
}

/// For people: the run could not be recorded to its end.
pub(crate) fn unrecorded(flow: &str, error: &NotRecorded) -> String {
    format!("flow `{flow}`: {}\n  to go on: {}", chain(error), error.advice())
}

/// Why a node's result cannot be had.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ResultError {
    /// The node has none.
    #[error("node `{node}` of flow `{flow}` has no result: it is {state}")]
    NoValue {
        /// The flow.
        flow: &'static str,
        /// The node.
        node: &'static str,
        /// Its state.
        state: StateType,
    },
    /// It was freed after its last reader, and no store has it.
    #[error(
        "the result of node `{node}` of flow `{flow}` is gone: its task says `checkpoint = false`, so it lives only until its last reader has ended; make it the flow's tail, or drop the option"
    )]
    NotKept {
        /// The flow.
        flow: &'static str,
        /// The node.
        node: &'static str,
    },
    /// The key is of another flow.
    #[error("`{node}` is a node of flow `{other}`, and this is a run of flow `{flow}`")]
    ForeignKey {
        /// The flow of the run.
        flow: &'static str,
        /// The key's node.
        node: &'static str,
        /// The key's flow.
        other: &'static str,
    },
    /// Its checkpoint cannot be read.
    #[error("the result of node `{node}` of flow `{flow}` cannot be loaded")]
    Load {
        /// The flow.
        flow: &'static str,
        /// The node.
        node: &'static str,
        /// What the checkpoint layer says.
        source: CheckpointError,
    },
}

impl ResultError {
    /// For people: this is the result of the tail of a run that is a success.
    pub(crate) fn after_success(&self, flow: &str) -> String {
        let mut text = format!("flow `{flow}` succeeded, but {}", chain(self));
        if let Self::Load { source, .. } = self {
            text.push_str("\n  to go on: ");
            text.push_str(&source.advice());
        }
        text
    }
}
