//! Typed workflows for Rust.
#![forbid(unsafe_code)]

pub mod digest;
mod message_pack;
pub mod store;
pub mod template;
