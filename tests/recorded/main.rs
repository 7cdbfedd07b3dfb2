//! Recorded runs of a real binary: killed, driven by many processes at once, deadly to their processes, disturbed.
//!
//! One test for each rule, named after it.
#![cfg(unix)]
#![allow(missing_docs, reason = "a test's name is its documentation")]

mod commands;
mod deaths;
mod disturbances;
mod kills;
#[allow(dead_code, reason = "the program's half of it")]
mod mixed;
mod owners;
mod place;
#[allow(dead_code, reason = "the program's half of it")]
mod side;
