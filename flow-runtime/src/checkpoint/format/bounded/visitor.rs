//! The two sides: a type asks the decoder for a value, and the decoder shows it to the type's visitor.

use std::fmt;

use serde::de::{Deserializer, EnumAccess, Error, MapAccess, SeqAccess, Visitor};

use super::{Bounded, Told};

/// Methods of a decoder that ask for a value without further ado.
macro_rules! ask {
    ($($method:ident)*) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Told> {
            let bounds = self.bounds;
            let visitor = self.around(visitor);
            self.inner.$method(visitor).map_err(|error| bounds.bring(error))
        }
    )* };
}

/// The same with something before the visitor.
macro_rules! ask_with {
    ($($method:ident($($argument:ident: $type:ty),*))*) => { $(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, Told> {
            let bounds = self.bounds;
            let visitor = self.around(visitor);
            self.inner.$method($($argument,)* visitor).map_err(|error| bounds.bring(error))
        }
    )* };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Bounded<'_, D> {
    type Error = Told;

    ask! {
        deserialize_any deserialize_bool
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_char deserialize_str deserialize_string
        deserialize_bytes deserialize_byte_buf deserialize_option deserialize_unit deserialize_identifier
        deserialize_ignored_any
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Told> {
        let bounds = self.bounds;
        let visitor = self.counting(visitor);
        self.inner
            .deserialize_seq(visitor)
            .map_err(|error| bounds.bring(error))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Told> {
        let bounds = self.bounds;
        let visitor = self.counting(visitor);
        self.inner
            .deserialize_map(visitor)
            .map_err(|error| bounds.bring(error))
    }

    ask_with! {
        deserialize_unit_struct(name: &'static str)
        deserialize_newtype_struct(name: &'static str)
        deserialize_tuple(len: usize)
        deserialize_tuple_struct(name: &'static str, len: usize)
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

/// Methods of a visitor that are shown a value which holds no other.
macro_rules! show {
    ($($method:ident($type:ty))*) => { $(
        fn $method<E: Error>(self, value: $type) -> Result<V::Value, E> {
            let shown = self.inner.$method(value);
            shown.map_err(|told| self.bounds.carry(told))
        }
    )* };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Bounded<'_, V> {
    type Value = V::Value;

    show! {
        visit_bool(bool)
        visit_i8(i8) visit_i16(i16) visit_i32(i32) visit_i64(i64) visit_i128(i128)
        visit_u8(u8) visit_u16(u16) visit_u32(u32) visit_u64(u64) visit_u128(u128)
        visit_f32(f32) visit_f64(f64) visit_char(char)
        visit_str(&str) visit_borrowed_str(&'de str) visit_string(String)
        visit_bytes(&[u8]) visit_borrowed_bytes(&'de [u8]) visit_byte_buf(Vec<u8>)
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none().map_err(|told| self.bounds.carry(told))
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit().map_err(|told| self.bounds.carry(told))
    }

    fn visit_some<D: Deserializer<'de>>(self, decoder: D) -> Result<V::Value, D::Error> {
        let within = self.within(decoder);
        let shown = within.and_then(|decoder| self.inner.visit_some(decoder));
        shown.map_err(|told| self.bounds.carry(told))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, decoder: D) -> Result<V::Value, D::Error> {
        let within = self.within(decoder);
        let shown = within.and_then(|decoder| self.inner.visit_newtype_struct(decoder));
        shown.map_err(|told| self.bounds.carry(told))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<V::Value, A::Error> {
        let within = self.within(elements);
        let shown = within.and_then(|elements| self.inner.visit_seq(elements));
        shown.map_err(|told| self.bounds.carry(told))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        let within = self.within(entries);
        let shown = within.and_then(|entries| self.inner.visit_map(entries));
        shown.map_err(|told| self.bounds.carry(told))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        let within = self.within(variant);
        let shown = within.and_then(|variant| self.inner.visit_enum(variant));
        shown.map_err(|told| self.bounds.carry(told))
    }
}
