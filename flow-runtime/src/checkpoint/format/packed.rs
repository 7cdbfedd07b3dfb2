//! MessagePack as results are written in it and read, nested as deep as its reader reads.

use serde::de::DeserializeOwned;

use super::{DecodeError, EncodeError, Serializable, Value};
use crate::message_pack::{self, Malformed};
use crate::task::Shared;

pub(super) fn encode<T: Serializable + Shared>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let bytes = message_pack::encode(value).map_err(EncodeError::new)?;
    // Each level takes a byte. What is no value to our reader is left to the one that decodes it.
    if bytes.len() >= message_pack::MAX_DEPTH {
        let levels = message_pack::levels(&bytes).unwrap_or(0);
        // The head of an enum's variant is a level here and none for the decoder: it has the last word.
        if levels >= message_pack::MAX_DEPTH && decode::<T>(&bytes).is_err() {
            return Err(EncodeError::TooDeep {
                levels,
                limit: message_pack::MAX_DEPTH - 1,
            });
        }
    }
    Ok(bytes)
}

/// How deep lists, maps and variants may nest in MessagePack: its reader counts the variants of enums only where they hold several
/// values.
const PACKED_LEVELS: usize = 2 * message_pack::MAX_DEPTH;

pub(super) fn decode<T: DeserializeOwned + Shared>(bytes: &[u8]) -> Result<Value, DecodeError> {
    // Each level takes a byte. All else that is wrong the reader says better.
    let may_be_deep = bytes.len() >= PACKED_LEVELS;
    if may_be_deep && message_pack::check::<PACKED_LEVELS>(bytes) == Err(Malformed::TooDeep) {
        return Err(DecodeError::new(Malformed::TooDeep.to_string()));
    }
    let mut rest = bytes;
    let mut deserializer = rmp_serde::Deserializer::new(&mut rest);
    deserializer.set_max_depth(message_pack::MAX_DEPTH);
    let value = T::deserialize(&mut deserializer);
    if value.is_ok() && !rest.is_empty() {
        return Err(DecodeError::new(format!("{} bytes follow the value", rest.len())));
    }
    super::decode(value)
}
