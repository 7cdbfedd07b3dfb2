//! The macros of flow: `#[task]` and `flow!`.
#![forbid(unsafe_code)]
