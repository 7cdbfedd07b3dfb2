//! Rows as CSV: a line each, behind a line of the fields' names where a row is a struct.

use std::cell::Cell;

use serde::Serialize;
use serde::de::{self, DeserializeOwned, Deserializer, Visitor};

use super::{DecodeError, EncodeError};

/// A list of rows: a `Vec` of what serde writes and reads.
#[diagnostic::on_unimplemented(
    message = "only a `Vec` of serializable rows is stored as CSV, not `{Self}`",
    label = "no such rows",
    note = "return a `Vec` of structs or tuples that derive `serde::Serialize` and `serde::Deserialize`, or choose `.json`"
)]
pub trait Rows: Sized {
    /// One of them.
    type Row: Serialize + DeserializeOwned;

    /// The rows.
    fn rows(&self) -> &[Self::Row];

    /// The list of these rows.
    fn of_rows(rows: Vec<Self::Row>) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Rows for Vec<T> {
    type Row = T;

    fn rows(&self) -> &[T] {
        self
    }

    fn of_rows(rows: Vec<T>) -> Self {
        rows
    }
}

pub(super) fn encode<T: Rows>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in value.rows() {
        writer.serialize(row).map_err(EncodeError::new)?;
    }
    writer
        .into_inner()
        .map_err(|error| EncodeError::new(error.into_error()))
}

pub(super) fn decode<T: Rows>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(is_named::<T::Row>())
        .from_reader(bytes);
    let rows: Result<Vec<T::Row>, csv::Error> = reader.deserialize().collect();
    Ok(T::of_rows(rows.map_err(DecodeError::new)?))
}

/// Whether a row has named fields: then the first line says them.
fn is_named<T: DeserializeOwned>() -> bool {
    let is_named = Cell::new(false);
    // It asks what it is to be made of, and gets nothing.
    let _ = T::deserialize(Asked(&is_named));
    is_named.get()
}

/// Notes whether it is asked for a struct.
struct Asked<'a>(&'a Cell<bool>);

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(de::Error::custom("there is nothing"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.set(true);
        self.deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple        tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::{Rows, decode, encode};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Station {
        name: String,
        height: Option<f64>,
        open: bool,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Wrapped(Station);

    fn stations() -> Vec<Station> {
        let station = |name: &str, height, open| Station {
            name: name.to_owned(),
            height,
            open,
        };
        vec![
            station("Davos", Some(1594.5), true),
            station("a, \"b\"\nc", None, false),
        ]
    }

    #[track_caller]
    fn comes_back<T: Rows + PartialEq + std::fmt::Debug>(value: &T, written: &str) {
        let bytes = encode(value).unwrap();
        assert_eq!(String::from_utf8_lossy(&bytes), written);
        assert_eq!(&decode::<T>(&bytes).unwrap(), value);
    }

    #[test]
    fn structs_stand_behind_the_names_of_their_fields() {
        let written = "name,height,open\nDavos,1594.5,true\n\"a, \"\"b\"\"\nc\",,false\n";
        comes_back(&stations(), written);
        let wrapped: Vec<Wrapped> = stations().into_iter().map(Wrapped).collect();
        comes_back(&wrapped, written.split_once('\n').unwrap().1);
        comes_back(&Vec::<Station>::new(), "");
    }

    #[test]
    fn tuples_and_single_values_stand_by_themselves() {
        comes_back(&vec![(1_u8, "x".to_owned()), (2, String::new())], "1,x\n2,\n");
        comes_back(&vec![1.5_f64, f64::INFINITY], "1.5\ninf\n");
        comes_back(&vec![String::new(), "a".to_owned()], "\"\"\na\n");
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let nested = vec![vec![("a".to_owned(), stations())]];
        encode(&nested).unwrap_err();
        let error = decode::<Vec<Station>>(b"name,open\nDavos,true\n").map(|_| ());
        // A column that is not there is a value that is not there.
        error.unwrap();
        for (wrong, said) in [
            ("height,open\n1,true\n", "missing field `name`"),
            ("name,height,open\nDavos,high,true\n", "invalid float"),
            ("name,height,open\nDavos,1\n", "found record with 2 fields"),
        ] {
            let error = decode::<Vec<Station>>(wrong.as_bytes()).unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
        }
    }
}
