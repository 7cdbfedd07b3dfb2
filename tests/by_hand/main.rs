//! The expansion of tasks and flows, written by hand: what `#[task]` and `flow!` must emit, and proof that rustc takes it.
//!
//! The macros' golden files follow these files; where they differ, these are the ones to argue about.
#![deny(warnings, missing_docs, unreachable_pub)]
#![allow(
    clippy::all,
    clippy::pedantic,
    reason = "generated code says so in each block; here its author is at fault"
)]

mod bare;
pub mod named;
pub mod tasks;

/// A row.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Row {
    /// The station.
    pub name: String,
}

type Outcome<T> = Result<T, std::num::ParseIntError>;
