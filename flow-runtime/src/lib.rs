//! Typed workflows for Rust.
#![forbid(unsafe_code)]

pub mod template;
