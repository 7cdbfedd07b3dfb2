//! Results made durable.

mod format;

pub use format::{Bytes, Codec, DecodeError, Empty, EncodeError, Parsed, Serializable, Text, Value};

/// Why a checkpoint cannot be read or written. Draft: the real one comes with commits.
#[derive(Debug, thiserror::Error)]
#[error("draft")]
pub struct CheckpointError;

/// Why a checkpoint is reused. Draft: the real one comes with the rules of reuse.
#[derive(Debug)]
pub struct Reuse;
