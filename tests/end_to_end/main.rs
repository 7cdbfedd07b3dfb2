//! End to end: flows as an author writes them, run on stores in temporary directories.
//!
//! One test for each rule, named after it; what the macros refuse is tested elsewhere (`ui`), and so are deaths
//! (`crash`).
#![allow(
    clippy::items_after_statements,
    reason = "a second version of a task stands after the run of the first"
)]
#![allow(missing_docs, reason = "a test's name is its documentation")]

mod arguments;
mod arms;
mod bare;
mod branches;
mod children;
mod collisions;
mod each;
mod ending;
mod failure;
mod files;
mod force;
mod formats;
mod given;
mod hooks;
mod lints;
mod made_by_hand;
mod node_targets;
mod observed;
mod pairs;
mod panics;
mod paths;
mod place;
mod postcards;
mod resources;
mod results;
mod retries;
mod reuse;
mod running;
mod secrets;
mod sequences;
mod signals;
mod stores;
mod stuck;
mod time;
mod timeouts;
mod together;
mod told;
mod triggers;
mod wide;
