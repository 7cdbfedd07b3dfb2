//! Finds the float in a value that JSON has no word for, and says where it is.
//!
//! serde_json writes NaN and infinities as `null` and so loses them in silence; MessagePack keeps them, so the value
//! is encoded once more and looked through.

use serde::Serialize;

use super::EncodeError;
use crate::message_pack::{self, Item, Malformed};

/// Refuses a value that holds a float which is not finite.
pub(super) fn check<T: Serialize>(value: &T) -> Result<(), EncodeError> {
    let mut encoded = Vec::new();
    // As serde_json sees it: some types have one shape for people and one for machines.
    let serializer = rmp_serde::Serializer::new(&mut encoded).with_struct_map();
    value
        .serialize(&mut serializer.with_human_readable())
        .map_err(EncodeError::new)?;
    match find(&mut encoded.as_slice(), 0) {
        Ok(None) => Ok(()),
        Ok(Some((place, float))) => {
            let place = match place.as_str() {
                "" => "value",
                place => place.strip_prefix('.').unwrap_or(place),
            };
            Err(EncodeError::NotFinite {
                place: place.to_owned(),
                float,
            })
        }
        Err(malformed) => Err(EncodeError::new(malformed)),
    }
}

/// Reads one value; gives the first such float in it and its place.
fn find(input: &mut &[u8], depth: usize) -> Result<Option<(String, f64)>, Malformed> {
    if depth > message_pack::MAX_DEPTH {
        return Err(Malformed::TooDeep);
    }
    match message_pack::next(input)?.0 {
        Item::Float(float) if !float.is_finite() => return Ok(Some((String::new(), float))),
        Item::Array(count) => {
            for index in 0..count {
                if let Some((place, float)) = find(input, depth + 1)? {
                    return Ok(Some((format!("[{index}]{place}"), float)));
                }
            }
        }
        Item::Map(count) => {
            for _ in 0..count {
                // JSON has keys of text, numbers and words only: nothing follows this item.
                let key = message_pack::next(input)?.0;
                if let Some((place, float)) = find(input, depth + 1)? {
                    return Ok(Some((format!("{}{place}", shown(key)), float)));
                }
            }
        }
        Item::Float(_) | Item::Text(_) | Item::Integer(_) | Item::Scalar => {}
    }
    Ok(None)
}

/// A key of a map, as it is written in a place.
fn shown(key: Item<'_>) -> String {
    match key {
        Item::Text(text) => {
            let text = String::from_utf8_lossy(text);
            let plain = text.chars().all(|char| char == '_' || char.is_alphanumeric());
            if plain {
                format!(".{text}")
            } else {
                format!("[{text:?}]")
            }
        }
        Item::Integer(integer) => format!("[{integer}]"),
        _ => "[…]".to_owned(),
    }
}
