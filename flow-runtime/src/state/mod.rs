//! States of nodes and runs in Prefect's words, the run state that a run is published as and goes on from, and its
//! JSON.
//!
//! What becomes of a state is the [plan](crate::plan)'s to decide; where results lie is only named here, never read.

mod children;
mod entry;
mod error;
mod fingerprint;
mod fit;
mod kind;
mod model;
mod prefect;
mod read;
mod slug;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub(crate) use children::{RecordedChild, RecordedChildren};
pub use error::{Change, StateError};
pub use kind::{State, StateType};
pub use model::{Children, NodeState, RunState};
pub(crate) use slug::label;
pub use slug::{Index, InvalidSlug, Segment, Slug};

#[cfg(test)]
pub(crate) use fingerprint::fingerprint;
pub(crate) use fingerprint::{Signature, fingerprint_of};
#[doc(hidden)]
pub use fit::Fitted;
pub(crate) use fit::{fit, fit_published, parameters};
pub(crate) use model::{
    Extra, Head, ParamText, RUNS, ResultPlace, STORED_RUNS, StoredParam, StoredResult, in_order, stored_time,
    time_of,
};
pub(crate) use read::{DEFAULT_LIMIT, is_run_id};

/// No node has more attempts, retries or deaths, no run more slices: what is stored says no more. Who adds to one of them does it
/// by [`one_more`].
pub(crate) const MOST: u32 = 1 << 30;

/// One attempt, retry, death or slice more: what is written is read again.
pub(crate) fn one_more(count: u32) -> u32 {
    count.saturating_add(1).min(MOST)
}
