//! The macros of flow: `#[task]` and `flow!`.
#![forbid(unsafe_code)]

mod errors;
mod fingerprint;
mod suggest;
mod template;
