//! The journal of a run: its run state as an append-only log, so that what was recorded survives its process.
//!
//! A process that drives a run writes what happens to the nodes, in the order in which it happens, and before a body
//! starts that it does. Whoever reads the journal afterwards finds the [`RunState`](crate::state::RunState) at its end,
//! and knows which bodies ran when the process died. Where journals lie and who may write one is not decided here, nor what
//! is recorded when.

mod children;
mod error;
mod frame;
mod head;
mod log;
mod medium;
#[doc(hidden)]
pub mod outside;
mod record;
mod replay;
mod snapshot;
#[cfg(test)]
mod tests;

pub(crate) use children::{children, read_children};
pub use error::{JournalError, NotRecorded};

pub(crate) use frame::header;
pub(crate) use head::HeadRecord;
pub(crate) use log::Log;
pub(crate) use medium::{FileMedium, Medium};
pub(crate) use record::{ChildrenMade, Details, NodeRecord, Opened, Place, Record, Started, TableEntry};
pub(crate) use replay::{Recorded, Replay, Summary, replay, summary};
pub(crate) use snapshot::snapshot;
