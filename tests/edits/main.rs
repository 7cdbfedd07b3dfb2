//! Flows that are edited while a run of them is under way: each edit has its verdict, for a node that has a result and
//! for one that has none, whether the run goes on from a published state or from its journal.
//!
//! Two versions of a flow stand in two blocks of one function: there both have the same path, and so have their tasks.
#![allow(
    clippy::items_after_statements,
    reason = "the second version of a flow stands after what is done with the first"
)]
#![allow(missing_docs, reason = "a test's name is its documentation")]

mod nodes;
mod parameters;
mod verdict;

use flow_runtime::task;

#[task]
pub(crate) fn rows() -> Vec<u32> {
    vec![1, 2, 3]
}

#[task]
pub(crate) fn sum(rows: &[u32]) -> u32 {
    rows.iter().sum()
}

#[task]
pub(crate) fn add(x: u32, y: u32) -> u32 {
    x + y
}

pub(crate) mod elsewhere {
    use flow_runtime::task;

    #[task]
    pub(crate) fn sum(rows: &[u32]) -> u32 {
        rows.iter().sum()
    }
}
