//! Runs that stop and go on: slices with a budget, run states as messages, recorded runs that are resumed.
//!
//! One test for each rule, named after it. Real deaths are in `crash` and `processes`.
#![allow(
    clippy::items_after_statements,
    reason = "a second version of a flow stands after the run of the first"
)]
#![allow(missing_docs, reason = "a test's name is its documentation")]

mod article;
mod budgets;
mod endings;
mod kept;
mod messages;
mod overtaken;
mod place;
mod resuming;
mod torn;
