//! What the macros emit: flows, nodes and tasks as constant data, plus one small function per node.
//! Nothing here runs anything; [`plan`](crate::plan) and the executor read it.
//!
//! Specs compose by reference (`&'static [NodeSpec]`), so they can also be built at run time and leaked,
//! as the property tests and the benchmarks do.

mod branch;
mod clash;
mod each;
mod fault;
mod flow;
mod message;
mod node;
mod param;
mod resource;
mod rules;
mod task;

pub use branch::{BranchPart, BranchSpec, Conditions};
pub use clash::{Clashes, clashes, path_clash};
pub use each::{EachSpec, Tolerate};
pub use fault::{
    argument_is_shown, backoff_fault, delay_fault, extension_fault, format_fault, is_written, retries_fault,
    shows_argument, target_fault, target_variable, variable_fault,
};
pub use flow::FlowSpec;
pub use message::Message;
pub(crate) use message::same;
pub use node::{Argument, Edge, EdgeKind, Literal, NodeSpec, NodeTarget, Overrides, Source};
pub use param::{Erased, ParamSpec, ParamValue};
pub use resource::{Constructor, ResourceSpec};
pub use rules::{Backoff, Rules};
pub use task::{OnChange, OutputSpec, ParameterSpec, Show, TaskSpec};

/// A place in an author's source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Location {
    /// As the compiler names the file.
    pub file: &'static str,
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
}

impl Location {
    /// The place `file:line:column`.
    pub const fn new(file: &'static str, line: u32, column: u32) -> Self {
        Self { file, line, column }
    }
}

impl core::fmt::Display for Location {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
