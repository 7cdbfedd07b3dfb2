//! What a type must be to be stored, as traits of our own: their messages name the ways out that serde's cannot know.
//!
//! All are implemented here; an author derives serde's traits and never names these.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A type whose values can be written and read back by serde.
#[diagnostic::on_unimplemented(
    message = "the output `{Self}` of a task with a checkpoint must be serializable",
    label = "not serializable",
    note = "derive `serde::Serialize` and `serde::Deserialize`, or say `checkpoint = false`"
)]
pub trait Serializable: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Serializable for T {}

/// The type that is stored as it is: `Vec<u8>`.
#[diagnostic::on_unimplemented(
    message = "only `Vec<u8>` is stored as bytes, not `{Self}`",
    label = "not `Vec<u8>`",
    note = "return `Vec<u8>`, or choose `.json` or `.txt`"
)]
pub trait Bytes {
    /// The bytes to store.
    fn as_bytes(&self) -> &[u8];

    /// The value of stored bytes.
    fn from_bytes(bytes: Vec<u8>) -> Self;
}

#[diagnostic::do_not_recommend]
impl Bytes for Vec<u8> {
    fn as_bytes(&self) -> &[u8] {
        self
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        bytes
    }
}
