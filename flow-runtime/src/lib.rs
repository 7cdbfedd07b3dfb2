//! Typed workflows for Rust: functions become tasks, a graph of calls becomes a flow, both checked at compile time;
//! the runtime executes the graph in parallel and checkpoints every result.
#![forbid(unsafe_code)]

// The macros name this crate from outside, also in its own tests.
#[cfg(test)]
extern crate self as flow_runtime;

mod attempt;
mod branch;
mod budget;
pub mod checkpoint;
#[cfg(feature = "cli")]
pub mod cli;
mod contained;
mod context;
pub mod digest;
mod disk;
pub mod drawing;
mod each;
mod error;
pub mod event;
mod executor;
mod failure;
mod flow;
mod generated;
pub mod guide;
mod handle;
mod hook;
pub mod journal;
mod key;
mod mapped;
mod message_pack;
mod param;
pub mod plan;
mod registry;
mod resource;
mod run;
mod run_id;
mod runner;
mod runs;
mod secret;
mod signal;
mod slot;
pub mod spec;
pub mod state;
pub mod store;
mod suggest;
mod task;
pub mod template;

pub use budget::{Budget, Deadline};
pub use checkpoint::OutputFile;
#[cfg(feature = "cli")]
pub use cli::{main, main_with};
pub use context::Context;
pub use digest::{Digest, Fingerprint};
pub use error::{ResultError, RunError, SliceError, StartError};
pub use failure::{Cause, NodeFailure};
pub use flow::{Flow, Start};
pub use flow_macros::{flow, task};
pub use handle::Handle;
pub use hook::{FailedNode, HookAnswer, HookEnd, NodeInfo, PastAttempt};
pub use jiff::civil::Date;
pub use key::{AnyKey, IntoKey, Key};
pub use mapped::{Each, Mapped, One};
pub use plan::UpstreamState;
pub use run::Run;
pub use run_id::RunId;
pub use runner::{Durability, LogicalTime, Restored, Runner, Slice};
pub use runs::{Holder, RunsError};
pub use secret::{Secret, SecretError};
pub use signal::Signal;
pub use state::{RunState, State, StateError, StateType};
pub use task::{BoxError, FlowResource, Outcome, Shared, Task, UpstreamFailure};
pub use template::{Piece, Template};

/// What the macros' output names. No part of the interface: it may change with every release.
#[doc(hidden)]
pub mod __private {
    pub use crate::attempt::{Attempt, Call};
    #[cfg(feature = "csv")]
    pub use crate::checkpoint::WrittenAsCsv;
    #[cfg(feature = "postcard")]
    pub use crate::checkpoint::WrittenAsPostcard;
    pub use crate::checkpoint::{
        Codec, Compression, WrittenAsBytes, WrittenAsJson, WrittenAsMsgpack, WrittenAsText, WrittenBy,
        compressed,
    };
    pub use crate::digest::Fingerprint;
    pub use crate::each::{Item, Items, key_of, key_of_three, key_of_two, listed};
    pub use crate::flow::{Flow, Start};
    pub use crate::generated::{FlowBuilder, Generated, GeneratedFlow};
    pub use crate::hook::{FailureHook, HookAnswer, HookEnd, StateHook};
    pub use crate::param::{ByFromStr, ByJson, ByNothing, FromText};
    pub use crate::plan::{Tolerance, Trigger, UpstreamState};
    pub use crate::registry::{Given, MissingParam, Registration};
    pub use crate::resource::{Constructed, Handover, Resource, ResourceValue, construct};
    pub use crate::spec::{
        Argument, Backoff, BranchPart, BranchSpec, Clashes, Conditions, Constructor, EachSpec, Edge,
        FlowSpec, Literal, Location, NodeSpec, NodeTarget, OnChange, OutputSpec, Overrides, ParamSpec,
        ParameterSpec, ResourceSpec, Rules, Source, TaskSpec, Tolerate, argument_is_shown, backoff_fault,
        clashes, delay_fault, extension_fault, format_fault, is_written, path_clash, retries_fault,
        shows_argument, target_fault, target_variable, variable_fault,
    };
    pub use crate::task::{
        AllFailed, AllFinished, AllSuccessful, AnyFailed, AnySuccessful, BearsFailure, BearsSkip, BodyError,
        Collect, CollectSome, CustomTrigger, Edge as GuardedEdge, Feed, FlowResource, FromResources, Gather,
        Gathered, Guard, Guards, Intolerant, Keyed, NotAllSkipped, NotResult, Owned, OwnedByTask, Probe,
        Return, RunOnUpstreamSkip, Shown, Shows, ShowsNothing, SkipOnUpstreamSkip, Task, TaskCall,
        ThereDespiteFailure, ThereDespiteSkip, Tolerant, Wire, call_failure_hook, call_state_hook, collect,
        collect_some, gather, of_resources, place,
    };
    pub use crate::template::{Piece, Template};
    pub use crate::{
        Context, Handle, Key, Mapped, Restored, Run, RunError, RunState, Runner, Shared, StartError,
        StateError,
    };
    pub use inventory::submit;
}

/// The README's blocks, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
