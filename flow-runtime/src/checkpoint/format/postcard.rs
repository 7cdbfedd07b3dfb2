//! Postcard: the shortest of the formats, without names and types. Maps are sorted, what could not be read again is refused.
//!
//! The bytes are those of the crate `postcard`: it writes every single value, and reads all. What it leaves to others is here:
//! the order of maps, and the [bounds](super::bounded) of what is read.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::ser::{self, Error as _};

use super::bounded::{self, EMPTY_ELEMENTS, Limit, Told};
use super::{DecodeError, EncodeError};
use crate::message_pack::MAX_DEPTH;

/// How deep values may nest: what is deeper is neither written nor read.
pub(super) const LEVELS: usize = MAX_DEPTH;

pub(super) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut written = Written::default();
    let whole = Writer {
        to: &mut written,
        level: 0,
    };
    value.serialize(whole).map_err(EncodeError::new)?;
    if written.empty_elements > EMPTY_ELEMENTS {
        return Err(EncodeError::new(format!(
            "{} of its elements take no bytes, and only {EMPTY_ELEMENTS} can be read again",
            written.empty_elements
        )));
    }
    Ok(written.bytes)
}

pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut decoder = ::postcard::Deserializer::from_bytes(bytes);
    let limit = Limit::of(LEVELS, bytes.len());
    let value = bounded::read(&mut decoder, limit).map_err(DecodeError::new)?;
    let rest = decoder.finalize().map_err(DecodeError::new)?;
    if !rest.is_empty() {
        return Err(DecodeError::new(format!("{} bytes follow the value", rest.len())));
    }
    Ok(value)
}

/// What was written so far.
#[derive(Default)]
struct Written {
    bytes: Vec<u8>,
    /// The elements of lists and maps that took no bytes.
    empty_elements: usize,
}

impl Written {
    /// A value that holds no other, a length, the number of a variant.
    fn single<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Told> {
        let bytes = std::mem::take(&mut self.bytes);
        self.bytes = ::postcard::to_extend(value, bytes).map_err(Told::custom)?;
        Ok(())
    }
}

/// Writes a value with so many others around it.
struct Writer<'w> {
    to: &'w mut Written,
    level: usize,
}

impl<'w> Writer<'w> {
    /// What is written within this value.
    fn within(self) -> Result<Self, Told> {
        let level = self.level + 1;
        if level > LEVELS {
            return Err(Told::custom(format_args!(
                "it nests deeper than {LEVELS} levels, and no more can be read again"
            )));
        }
        Ok(Writer { to: self.to, level })
    }

    fn parts(self) -> Result<Parts<'w>, Told> {
        let Writer { to, level } = self.within()?;
        Ok(Parts {
            start: to.bytes.len(),
            to,
            level,
            entries: Vec::new(),
        })
    }

    fn counted(self, len: Option<usize>) -> Result<Parts<'w>, Told> {
        let Some(len) = len else {
            return Err(Told::custom(
                "a list or a map has no length, as a flattened one has none, and postcard writes that first",
            ));
        };
        self.to.single(&len)?;
        self.parts()
    }
}

/// The parts of a value, one after the other.
struct Parts<'w> {
    to: &'w mut Written,
    level: usize,
    /// Of a map: where each entry begins, counted from its first.
    entries: Vec<usize>,
    /// Where a map's first entry is.
    start: usize,
}

impl Parts<'_> {
    fn part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Told> {
        value.serialize(Writer {
            to: self.to,
            level: self.level,
        })
    }

    /// A part of a list or a map, of which there are as many as its head says.
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Told> {
        let before = self.to.bytes.len();
        self.part(value)?;
        self.to.empty_elements += usize::from(before == self.to.bytes.len());
        Ok(())
    }

    /// Puts the entries of a map in the order of their keys. No key is the start of another: a reader must know where each ends.
    fn sort(self) {
        let all = &self.to.bytes[self.start..];
        let ends = self.entries.iter().skip(1).copied().chain([all.len()]);
        let mut entries: Vec<&[u8]> = (self.entries.iter().zip(ends))
            .map(|(start, end)| &all[*start..end])
            .collect();
        if entries.is_sorted() {
            return;
        }
        entries.sort_unstable();
        let sorted = entries.concat();
        self.to.bytes.truncate(self.start);
        self.to.bytes.extend(sorted);
    }
}

/// Values that the library writes as they are.
macro_rules! singles {
    ($($method:ident($type:ty))*) => { $(
        fn $method(self, value: $type) -> Result<(), Told> {
            self.to.single(&value)
        }
    )* };
}

impl<'w> ser::Serializer for Writer<'w> {
    type Ok = ();
    type Error = Told;
    type SerializeSeq = Parts<'w>;
    type SerializeTuple = Parts<'w>;
    type SerializeTupleStruct = Parts<'w>;
    type SerializeTupleVariant = Parts<'w>;
    type SerializeMap = Parts<'w>;
    type SerializeStruct = Parts<'w>;
    type SerializeStructVariant = Parts<'w>;

    singles! {
        serialize_bool(bool)
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64) serialize_i128(i128)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64) serialize_u128(u128)
        serialize_f32(f32) serialize_f64(f64) serialize_char(char) serialize_str(&str)
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Told> {
        self.to.single(&value.len())?;
        self.to.bytes.extend_from_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Told> {
        self.to.single(&0_u8)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Told> {
        self.to.single(&1_u8)?;
        value.serialize(self.within()?)
    }

    fn serialize_unit(self) -> Result<(), Told> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Told> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Result<(), Told> {
        self.to.single(&index)?;
        self.within().map(|_| ())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Told> {
        value.serialize(self.within()?)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Told> {
        self.to.single(&index)?;
        value.serialize(self.within()?)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Parts<'w>, Told> {
        self.counted(len)
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'w>, Told> {
        self.parts()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'w>, Told> {
        self.parts()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Parts<'w>, Told> {
        self.to.single(&index)?;
        // The variant, and the tuple in it.
        self.within()?.parts()
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Parts<'w>, Told> {
        self.counted(len)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'w>, Told> {
        self.parts()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Parts<'w>, Told> {
        self.to.single(&index)?;
        self.within()?.parts()
    }
}

impl ser::SerializeSeq for Parts<'_> {
    type Ok = ();
    type Error = Told;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Told> {
        self.element(value)
    }

    fn end(self) -> Result<(), Told> {
        Ok(())
    }
}

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Told;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Told> {
        self.entries.push(self.to.bytes.len() - self.start);
        self.element(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Told> {
        self.part(value)
    }

    fn end(self) -> Result<(), Told> {
        self.sort();
        Ok(())
    }
}

impl ser::SerializeTuple for Parts<'_> {
    type Ok = ();
    type Error = Told;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Told> {
        self.part(value)
    }

    fn end(self) -> Result<(), Told> {
        Ok(())
    }
}

/// Parts that stand in the order of their type, without a head.
macro_rules! fields {
    ($($kind:ident)*) => { $(
        impl ser::$kind for Parts<'_> {
            type Ok = ();
            type Error = Told;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Told> {
                self.part(value)
            }

            fn end(self) -> Result<(), Told> {
                Ok(())
            }
        }
    )* };
}

fields! { SerializeTupleStruct SerializeTupleVariant }

/// The same with names, which are not written: what is left out, as by `skip_serializing_if`, nobody could tell.
macro_rules! named_fields {
    ($($kind:ident)*) => { $(
        impl ser::$kind for Parts<'_> {
            type Ok = ();
            type Error = Told;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Told> {
                self.part(value)
            }

            fn skip_field(&mut self, name: &'static str) -> Result<(), Told> {
                Err(Told::custom(format_args!(
                    "the field `{name}` is left out, and postcard, which writes no names, needs every field"
                )))
            }

            fn end(self) -> Result<(), Told> {
                Ok(())
            }
        }
    )* };
}

named_fields! { SerializeStruct SerializeStructVariant }

#[cfg(test)]
mod tests;
