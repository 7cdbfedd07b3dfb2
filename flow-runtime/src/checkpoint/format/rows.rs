//! Rows as CSV: a line each, behind a line of the fields' names where a row is a struct.

use std::cell::Cell;

use serde::Serialize;
use serde::de::{self, DeserializeOwned, Deserializer, Visitor};

use super::{DecodeError, EncodeError};
use crate::digest::Digest;
use crate::message_pack::{self, Item};

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
    let rows = value.rows();
    let digests = check(rows).map_err(EncodeError::new)?;
    let bytes = write(rows).map_err(EncodeError::new)?;
    // As a unit that takes a field and reads none, or an empty text that is read as nothing.
    let again = decode::<T>(&bytes).map_err(|error| EncodeError::Refused(error.0))?;
    for (index, (digest, again)) in digests.iter().zip(again.rows()).enumerate() {
        let packed_again = packed(again).unwrap_or_default();
        if Digest::of(&packed_again) != *digest {
            let written = packed(&rows[index]).unwrap_or_default();
            let field = differing(&written, &packed_again).map(|field| format!(", {field},"));
            return Err(EncodeError::new(format!(
                "row {}{} would be read as another value",
                index + 1,
                field.unwrap_or_default()
            )));
        }
    }
    if rows.len() == again.rows().len() {
        Ok(bytes)
    } else {
        Err(EncodeError::new("it would be read as more rows, or fewer"))
    }
}

pub(super) fn decode<T: Rows>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut reader = reader::<T::Row>(bytes);
    let rows: Result<Vec<T::Row>, csv::Error> = reader.deserialize().collect();
    let rows = rows.map_err(DecodeError::new)?;
    match names::<T::Row>() {
        None => check_widths(bytes, &rows).map_err(DecodeError::new)?,
        // Of what has rows, reading one says what is missing.
        Some(names) if rows.is_empty() => {
            let first = reader.headers().map_err(DecodeError::new)?;
            if let Some(missing) = names
                .iter()
                .find(|name| first.iter().all(|there| there != **name))
            {
                let message =
                    format!("the first line does not name the field `{missing}`, and there is no other");
                return Err(DecodeError::new(message));
            }
        }
        Some(_) => {}
    }
    Ok(T::of_rows(rows))
}

fn write<T: Serialize + DeserializeOwned>(rows: &[T]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    if let Some(names) = names::<T>().filter(|_| rows.is_empty()) {
        writer.write_record(names)?;
    }
    for row in rows {
        writer.serialize(row)?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn reader<T: DeserializeOwned>(bytes: &[u8]) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(names::<T>().is_some())
        .from_reader(bytes)
}

/// What a row without names does not take of its line is another value's.
fn check_widths<T: Serialize + DeserializeOwned>(bytes: &[u8], rows: &[T]) -> Result<(), String> {
    let taken = write(rows).map_err(|error| error.to_string())?;
    let (mut there, mut taken) = (reader::<T>(bytes), reader::<T>(&taken));
    for (line, (there, taken)) in there.records().zip(taken.records()).enumerate() {
        let (there, taken) = (
            there.map_or(0, |record| record.len()),
            taken.map_or(0, |record| record.len()),
        );
        if there != taken {
            return Err(format!("line {} has {there} fields, not {taken}", line + 1));
        }
    }
    Ok(())
}

/// Checks that each row is flat, and all are of the same fields: the first line is of the first row's, and the others are read by
/// it. The digest of each, [`packed`].
fn check<T: Serialize + DeserializeOwned>(rows: &[T]) -> Result<Vec<Digest>, String> {
    let is_named = names::<T>().is_some();
    let mut first = None;
    let mut digests = Vec::with_capacity(rows.len());
    for (row, number) in rows.iter().zip(1_u64..) {
        let (fields, packed) = packed(row)
            .and_then(|packed| Some((fields(&packed)?, packed)))
            .filter(|(fields, _)| matches!(fields, Fields::Named(_)) == is_named)
            .ok_or_else(|| {
                format!("row {number} is not flat: CSV holds single values, in a struct or a tuple")
            })?;
        if *first.get_or_insert_with(|| fields.clone()) != fields {
            return Err(format!("row {number} has other fields than the first"));
        }
        digests.push(Digest::of(&packed));
    }
    Ok(digests)
}

/// The fields of a flat row.
#[derive(Clone, PartialEq)]
enum Fields {
    Named(Vec<Vec<u8>>),
    Count(usize),
}

/// A row as the CSV writer sees it, with its names and kinds of values; `None` for what cannot be seen so.
fn packed<T: Serialize>(row: &T) -> Option<Vec<u8>> {
    let mut packed = Vec::new();
    let mut serializer = rmp_serde::Serializer::new(&mut packed)
        .with_struct_map()
        .with_human_readable();
    row.serialize(&mut serializer).ok()?;
    Some(packed)
}

/// The first field in which two packed rows of the same fields differ, as a message names it.
fn differing(mut one: &[u8], mut other: &[u8]) -> Option<String> {
    let (Item::Map(count) | Item::Array(count), _) = message_pack::next(&mut one).ok()? else {
        return None;
    };
    let is_named = fields(other).is_some_and(|fields| matches!(fields, Fields::Named(_)));
    message_pack::next(&mut other).ok()?;
    for place in 1..=count {
        let mut name = format!("field {place}");
        if is_named {
            let (Item::Text(text), _) = message_pack::next(&mut one).ok()? else {
                return None;
            };
            name = format!("field `{}`", String::from_utf8_lossy(text));
            match message_pack::next(&mut other).ok()?.0 {
                Item::Text(again) if again == text => {}
                // They are of different fields: this one is not there.
                _ => return Some(name),
            }
        }
        let (before_one, before_other) = (one, other);
        message_pack::next(&mut one).ok()?;
        message_pack::next(&mut other).ok()?;
        if before_one[..before_one.len() - one.len()] != before_other[..before_other.len() - other.len()] {
            return Some(name);
        }
    }
    None
}

fn fields(packed: &[u8]) -> Option<Fields> {
    let mut rest = packed;
    let single = |rest: &mut &[u8]| match message_pack::next(rest).ok()?.0 {
        Item::Array(_) | Item::Map(_) => None,
        _ => Some(()),
    };
    let mut whole = rest;
    match message_pack::next(&mut rest).ok()?.0 {
        Item::Map(count @ 1..) => {
            let mut names = Vec::new();
            for _ in 0..count {
                let (Item::Text(name), _) = message_pack::next(&mut rest).ok()? else {
                    return None;
                };
                names.push(name.to_vec());
                single(&mut rest)?;
            }
            Some(Fields::Named(names))
        }
        Item::Array(count @ 1..) => {
            for _ in 0..count {
                single(&mut rest)?;
            }
            Some(Fields::Count(count))
        }
        _ => single(&mut whole).map(|()| Fields::Count(1)),
    }
}

/// The names of a row's fields, where it is a struct: then the first line says them.
fn names<T: DeserializeOwned>() -> Option<&'static [&'static str]> {
    let names = Cell::new(None);
    // It asks for what it is made of, and gets nothing.
    let _ = T::deserialize(Asked(&names));
    names.get()
}

/// Notes which struct it is asked for.
struct Asked<'a>(&'a Cell<Option<&'static [&'static str]>>);

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(de::Error::custom("there is nothing"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.set(Some(names));
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

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Station {
        name: String,
        height: Option<f64>,
        open: bool,
    }

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

    #[track_caller]
    fn is_refused<T: Rows>(value: &T, said: &str) {
        let error = encode(value).unwrap_err();
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains(said), "{source}");
    }

    #[test]
    fn structs_stand_behind_the_names_of_their_fields() {
        comes_back(
            &stations(),
            "name,height,open\nDavos,1594.5,true\n\"a, \"\"b\"\"\nc\",,false\n",
        );
        comes_back(&Vec::<Station>::new(), "name,height,open\n");
    }

    #[test]
    fn tuples_and_single_values_stand_by_themselves() {
        comes_back(&vec![(1_u8, "x".to_owned()), (2, String::new())], "1,x\n2,\n");
        comes_back(&vec![1.5_f64, f64::INFINITY], "1.5\ninf\n");
        comes_back(&vec![String::new(), "a".to_owned()], "\"\"\na\n");
        comes_back(&vec![[1_u8, 2], [3, 4]], "1,2\n3,4\n");
        comes_back(&vec![Some(1_u8), None], "1\n\"\"\n");
        comes_back(&Vec::<u8>::new(), "");
    }

    #[test]
    fn what_would_be_read_as_another_value_is_refused() {
        #[derive(Serialize, Deserialize)]
        struct Sparse {
            #[serde(default, skip_serializing_if = "Option::is_none")]
            a: Option<u32>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            b: Option<u32>,
        }

        #[derive(Serialize, Deserialize)]
        enum Kind {
            Known(String),
            Unknown,
        }

        #[derive(Serialize, Deserialize)]
        struct Padded {
            a: u32,
            nothing: (),
            b: String,
        }

        #[derive(Serialize, Deserialize)]
        struct Wrapped(Station);

        let sparse = |a, b| Sparse { a, b };
        is_refused(
            &vec![sparse(Some(1), None), sparse(None, Some(2))],
            "row 2 has other fields than the first",
        );
        is_refused(&vec![sparse(None, None)], "row 1 is not flat");
        is_refused(&vec![(stations().remove(0), 1)], "row 1 is not flat");
        is_refused(&vec![(vec![1], vec![2])], "row 1 is not flat");
        is_refused(&vec![Vec::<String>::new()], "row 1 is not flat");
        is_refused(&vec![vec![1, 2], vec![3]], "row 2 has other fields");
        is_refused(
            &vec![Kind::Unknown, Kind::Known("Unknown".to_owned())],
            "row 2 is not flat",
        );
        is_refused(&vec![Wrapped(stations().remove(0))], "row 1 is not flat");
        let padded = Padded {
            a: 1,
            nothing: (),
            b: "x".to_owned(),
        };
        is_refused(&vec![padded], "row 1, field `b`, would be read as another value");
        is_refused(
            &vec![(1, None), (1, Some(String::new()))],
            "row 2, field 2, would be read as another value",
        );
        is_refused(
            &vec!["\u{feff}a".to_owned()],
            "row 1 would be read as another value",
        );
    }

    #[test]
    fn a_table_of_others_is_read_by_the_names_of_its_columns() {
        let read = decode::<Vec<Station>>(b"open,name,canton\ntrue,Davos,GR\n").unwrap();
        let expected = Station {
            name: "Davos".to_owned(),
            height: None,
            open: true,
        };
        assert_eq!(read, [expected]);
    }

    #[test]
    fn what_is_no_such_table_is_an_error() {
        for (wrong, said) in [
            ("height,open\n1,true\n", "missing field `name`"),
            ("name,height,open\nDavos,high,true\n", "invalid float"),
            ("name,height,open\nDavos,1\n", "found record with 2 fields"),
        ] {
            let error = decode::<Vec<Station>>(wrong.as_bytes()).unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
        }
        // A list of nothing is a line of names, and no other file is one.
        for wrong in ["", "\n", "Davos,1594.5,true\n", "name,open\n"] {
            let error = decode::<Vec<Station>>(wrong.as_bytes()).unwrap_err();
            assert!(
                error
                    .to_string()
                    .contains("the first line does not name the field"),
                "{error}"
            );
        }
        assert_eq!(decode::<Vec<Station>>(b"open,name,height,canton\n").unwrap(), []);
        let error = decode::<Vec<f64>>(b"1,5\n2,5\n").unwrap_err();
        assert_eq!(error.to_string(), "line 1 has 2 fields, not 1");
    }
}
