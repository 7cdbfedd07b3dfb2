//! [`Codec`]: how the results of one type become bytes and come back, as const data that the macros put beside a task.
//!
//! Which codec a task has is decided by its target's extension at compile time; nothing here knows files.

#[cfg(feature = "postcard")]
mod bounded;
mod compressed;
mod finite;
mod own;
mod packed;
#[cfg(feature = "postcard")]
mod postcard;
#[cfg(feature = "csv")]
mod rows;
mod stored;
mod text;
mod written;

use std::any::{Any, type_name};
use std::fmt;

use serde::Serialize;

use self::compressed::LARGEST;
use crate::checkpoint::output::TYPE_NAME;
use crate::contained::caught_as;
use crate::digest::Digest;
use crate::message_pack;
use crate::task::Shared;

pub use compressed::Compression;
pub use own::Format;
#[cfg(feature = "csv")]
pub use rows::Rows;
pub use stored::{Bytes, Serializable};
pub use text::{Empty, Parsed, Text};
#[cfg(feature = "csv")]
pub use written::WrittenAsCsv;
#[cfg(feature = "postcard")]
pub use written::WrittenAsPostcard;
pub use written::{WrittenAsBytes, WrittenAsJson, WrittenAsMsgpack, WrittenAsText, WrittenBy};

/// The name of the format of results without a target.
const MESSAGE_PACK: &str = "message-pack";

/// A value whose type only its codec knows.
pub type Value = Box<dyn Any + Send + Sync>;

/// How the results of one type are encoded and decoded.
///
/// ```
/// use flow_runtime::checkpoint::Codec;
///
/// const NUMBERS: Codec = Codec::json::<Vec<u32>>();
/// let bytes = (NUMBERS.encode)(&vec![1_u32, 2])?;
/// assert_eq!(bytes, b"[\n  1,\n  2\n]\n");
/// let value = (NUMBERS.decode)(&bytes).unwrap();
/// assert_eq!(value.downcast_ref(), Some(&vec![1_u32, 2]));
/// # Ok::<(), flow_runtime::checkpoint::EncodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Codec {
    /// The name of the format, as records hold it: `text`, `json`, `bytes`, `msgpack`, `csv`, `postcard`, each also with `.gz` or
    /// `.zst`, or an author's own; `file` for what a body writes itself, `message-pack` for a result without a target.
    pub name: &'static str,
    /// The name of the type, for messages and records.
    pub type_name: fn() -> &'static str,
    /// Makes bytes of a value of the codec's type.
    pub encode: fn(&dyn Any) -> Result<Vec<u8>, EncodeError>,
    /// Makes a value of the codec's type of bytes.
    pub decode: fn(&[u8]) -> Result<Value, DecodeError>,
    /// How what is encoded is compressed.
    pub compression: Option<Compression>,
    /// Whether the body writes it: then nothing here encodes it.
    pub(crate) is_file: bool,
}

impl Codec {
    /// Text, by `Display` and `FromStr`; the marker is inferred.
    pub const fn text<T: Text<M> + Shared, M>() -> Self {
        Self {
            name: "text",
            type_name: type_name::<T>,
            encode: |value| Ok(downcast::<T>(value)?.to_text().into_bytes()),
            decode: |bytes| {
                let text = str::from_utf8(bytes).map_err(DecodeError::new)?;
                Ok(Box::new(T::from_text(text).map_err(DecodeError)?))
            },
            compression: None,
            is_file: false,
        }
    }

    /// JSON for people: indented, with a final newline. Floats that JSON has no word for are refused, and so is what
    /// nests deeper than the 127 levels that are read. As serde writes it, `Some(None)` and `Some(())` are `null`,
    /// which is read as `None`.
    pub const fn json<T: Serializable + Shared>() -> Self {
        Self {
            name: "json",
            type_name: type_name::<T>,
            encode: |value| encode_json(downcast::<T>(value)?),
            decode: |bytes| decode::<T, _>(serde_json::from_slice(bytes)),
            compression: None,
            is_file: false,
        }
    }

    /// The bytes themselves.
    pub const fn bytes<T: Bytes + Shared>() -> Self {
        Self {
            name: "bytes",
            type_name: type_name::<T>,
            encode: |value| Ok(downcast::<T>(value)?.as_bytes().to_vec()),
            decode: |bytes| Ok(Box::new(T::from_bytes(bytes.to_vec()))),
            compression: None,
            is_file: false,
        }
    }

    /// MessagePack with field names: results without a target. It holds what JSON does not, as NaN and tuples as keys,
    /// but for `Some(None)` and `Some(())`, which serde writes as nothing here too.
    pub const fn message_pack<T: Serializable + Shared>() -> Self {
        Self {
            name: MESSAGE_PACK,
            type_name: type_name::<T>,
            encode: |value| packed::encode(downcast::<T>(value)?),
            decode: |bytes| packed::decode::<T>(bytes),
            compression: None,
            is_file: false,
        }
    }

    /// The same for a file: with the entries of maps sorted, so that equal maps are equal files. A map that keeps an order of its
    /// own loses it.
    pub const fn msgpack<T: Serializable + Shared>() -> Self {
        Self {
            name: "msgpack",
            type_name: type_name::<T>,
            encode: |value| {
                let bytes = packed::encode(downcast::<T>(value)?)?;
                Ok(message_pack::canonical(&bytes).unwrap_or(bytes))
            },
            decode: |bytes| packed::decode::<T>(bytes),
            compression: None,
            is_file: false,
        }
    }

    /// CSV: a line for each row of a `Vec`, behind one of the fields' names where the rows are structs. What would come back as
    /// another value is refused when it is written, as rows that are not flat, of different fields, or with a `Some("")`.
    #[cfg(feature = "csv")]
    pub const fn csv<T: Rows + Shared>() -> Self {
        Self {
            name: "csv",
            type_name: type_name::<T>,
            encode: |value| rows::encode(downcast::<T>(value)?),
            decode: |bytes| Ok(Box::new(rows::decode::<T>(bytes)?)),
            compression: None,
            is_file: false,
        }
    }

    /// Postcard: short, without the names of fields, and for nobody who does not know the type. The entries of maps are sorted, so
    /// that equal maps are equal files. What could not be read again is refused when it is written: what nests deeper than 256
    /// levels, fields that are left out, more than 65,536 elements that take no bytes.
    #[cfg(feature = "postcard")]
    pub const fn postcard<T: Serializable + Shared>() -> Self {
        Self {
            name: "postcard",
            type_name: type_name::<T>,
            encode: |value| postcard::encode(downcast::<T>(value)?),
            decode: |bytes| Ok(Box::new(postcard::decode::<T>(bytes)?)),
            compression: None,
            is_file: false,
        }
    }

    /// An author's own format.
    pub const fn by<T: Shared, F: Format<T>>() -> Self {
        Self {
            name: F::NAME,
            type_name: type_name::<T>,
            encode: |value| own::encode::<T, F>(downcast::<T>(value)?),
            decode: |bytes| Ok(Box::new(own::decode::<T, F>(bytes)?)),
            compression: None,
            is_file: false,
        }
    }

    /// A file that the body writes itself: it is moved, never encoded.
    pub const fn file() -> Self {
        Self {
            name: "file",
            type_name: || TYPE_NAME,
            encode: |_| Err(EncodeError::new("it is a file, and moved as a whole")),
            decode: |_| Err(DecodeError::new("it is a file, and read by its path")),
            compression: None,
            is_file: true,
        }
    }

    /// The same, compressed.
    pub const fn compressed(self, compression: Compression) -> Self {
        Self {
            name: compression.name(self.name),
            compression: Some(compression),
            ..self
        }
    }

    /// For a file of this name, which need not be compressed as targets are: people write files too.
    #[cfg(feature = "cli")]
    pub(crate) fn for_file(self, file: &str) -> Self {
        let compression = Compression::of(file);
        Self { compression, ..self }
    }

    /// Makes bytes of a value of the codec's type. How it is written is its author's code: a panic there is an error.
    pub(crate) fn encoded(self, value: &dyn Any) -> Result<Vec<u8>, EncodeError> {
        let bytes = caught_as("writing it", EncodeError::new, || (self.encode)(value))?;
        match self.compression {
            None => Ok(bytes),
            Some(compression) => caught_as("compressing it", EncodeError::new, || {
                compression.pack(&bytes, LARGEST).map_err(EncodeError::new)
            }),
        }
    }

    /// Makes a value of the codec's type of bytes, likewise.
    pub(crate) fn decoded(self, bytes: &[u8]) -> Result<Value, DecodeError> {
        let unpacked;
        let bytes = match self.compression {
            None => bytes,
            Some(compression) => {
                unpacked = caught_as("uncompressing it", DecodeError::new, || {
                    compression.unpack(bytes, LARGEST).map_err(DecodeError::new)
                })?;
                &unpacked
            }
        };
        caught_as("reading it", DecodeError::new, || (self.decode)(bytes))
    }

    /// The digest of a value that this codec has encoded: MessagePack is digested with map entries sorted, as
    /// parameters are, or every run would give a `HashMap` another one. The other formats are those of files, whose
    /// digest is that of their bytes.
    pub(crate) fn digest(&self, encoded: &[u8]) -> Digest {
        let sorted = (self.name == MESSAGE_PACK).then(|| message_pack::canonical(encoded));
        match sorted {
            Some(Ok(sorted)) => Digest::of(&sorted),
            // Nested too deep to be read back either.
            Some(Err(_)) | None => Digest::of(encoded),
        }
    }
}

/// The same codec, if there is one, compressed: that of a node's own target.
pub const fn compressed(codec: Option<Codec>, compression: Compression) -> Option<Codec> {
    match codec {
        Some(codec) => Some(codec.compressed(compression)),
        None => None,
    }
}

impl fmt::Debug for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Codec({} of {})", self.name, (self.type_name)())
    }
}

fn downcast<T: 'static>(value: &dyn Any) -> Result<&T, EncodeError> {
    value.downcast_ref().ok_or(EncodeError::OtherType {
        expected: type_name::<T>(),
    })
}

/// How deep a value may nest for serde_json to read it again.
const JSON_DEPTH: usize = 127;

fn encode_json<T: Serialize>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(EncodeError::new)?;
    let levels = json_levels(&bytes);
    if levels > JSON_DEPTH {
        return Err(EncodeError::TooDeep {
            levels,
            limit: JSON_DEPTH,
        });
    }
    // serde_json writes NaN and infinities as `null`: without one there is nothing to look for.
    if bytes.windows(4).any(|word| word == b"null") {
        finite::check(value)?;
    }
    bytes.push(b'\n');
    Ok(bytes)
}

/// How deep lists and objects nest in well-formed JSON.
fn json_levels(json: &[u8]) -> usize {
    let (mut level, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                level += 1;
                deepest = deepest.max(level);
            }
            b']' | b'}' if !in_string => level -= 1,
            _ => {}
        }
    }
    deepest
}

fn decode<T, E>(value: Result<T, E>) -> Result<Value, DecodeError>
where
    T: Shared,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    match value {
        Ok(value) => Ok(Box::new(value)),
        Err(error) => Err(DecodeError::new(error)),
    }
}

/// A value that cannot be written in the format of its checkpoint.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A float that JSON has no word for.
    #[error(
        "`{place}` is {float}, which JSON cannot hold: make it an `Option`, or give the target another extension"
    )]
    NotFinite {
        /// Where in the value it is, as `rows[3].mean`; `value` for the value itself.
        place: String,
        /// `NaN`, `inf` or `-inf`.
        float: f64,
    },
    /// What is deeper could be written, but not read again.
    #[error("it nests {levels} levels deep, and only {limit} can be read again")]
    TooDeep {
        /// How deep the value nests.
        levels: usize,
        /// How deep it may.
        limit: usize,
    },
    /// The value's own `Serialize` failed, or the format has no place for it.
    #[error("the value cannot be encoded")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The codec belongs to another type: a mistake of the caller.
    #[error("the codec is for values of type `{expected}`")]
    OtherType {
        /// The codec's type.
        expected: &'static str,
    },
}

impl EncodeError {
    fn new(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Refused(error.into())
    }
}

/// Bytes that are no value of the codec's type.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct DecodeError(Box<dyn std::error::Error + Send + Sync>);

impl DecodeError {
    fn new(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

#[cfg(test)]
mod tests;
