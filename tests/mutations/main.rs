//! Run states, journals and postcard that were changed at random: an error, or a value that writes and reads back to the same;
//! never a panic, never much more memory than the input has bytes. And values in paths, and files that take no memory.
//!
//! `FLOW_MUTATIONS` says how many inputs each of the four gets, `FLOW_SEED` where the random numbers start: a failure
//! tells both.
#![allow(missing_docs, reason = "a test's name is its documentation")]

mod bytes;
mod documents;
mod journals;
mod large_files;
mod memory;
mod paths;
mod postcards;
mod random;
mod values;
mod worst;

/// How many inputs are tried of each kind.
fn inputs() -> usize {
    number("FLOW_MUTATIONS").unwrap_or(20_000)
}

/// Where the random numbers start.
fn seed() -> u64 {
    number("FLOW_SEED").map_or(4, |seed| u64::try_from(seed).expect("64 bits"))
}

fn number(name: &str) -> Option<usize> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}
