//! Values that come back from postcard, and what is refused: as it is written, or as it is read.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{LEVELS, decode, encode};
use crate::checkpoint::format::bounded::EMPTY_ELEMENTS;
use crate::failure::chain;

#[track_caller]
fn comes_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> Vec<u8> {
    let bytes = encode(value).unwrap();
    assert_eq!(&decode::<T>(&bytes).unwrap(), value);
    bytes
}

#[track_caller]
fn is_refused<T: Serialize>(value: &T, said: &str) {
    let why = chain(&encode(value).unwrap_err());
    assert!(why.contains(said), "{why}");
}

#[track_caller]
fn is_no_value<T: DeserializeOwned>(bytes: &[u8]) -> String {
    match decode::<T>(bytes) {
        Ok(_) => panic!("it is one"),
        Err(error) => error.to_string(),
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Kind {
    Plain,
    Wrapped(Option<Box<Kind>>),
    Pair(u8, String),
    Named { low: f32, high: Option<i64> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Row {
    id: u32,
    name: String,
    kinds: Vec<Kind>,
    #[serde(with = "serde_bytes")]
    raw: Vec<u8>,
    day: jiff::civil::Date,
}

fn row() -> Row {
    let named = Kind::Named {
        low: 0.5,
        high: Some(-2),
    };
    Row {
        id: 300,
        name: "ü".to_owned(),
        kinds: vec![
            Kind::Plain,
            Kind::Wrapped(Some(Box::new(Kind::Pair(7, "x".to_owned())))),
            named,
        ],
        raw: vec![0, 255],
        day: jiff::civil::date(2026, 2, 3),
    }
}

/// Every version reads what an earlier one has written: these bytes are pinned.
#[test]
fn the_bytes_are_those_of_the_format() {
    let bytes = comes_back(&row());
    let expected = [
        &[0xac, 0x02][..],
        &[2, 0xc3, 0xbc],
        &[3, 0, 1, 1, 2, 7, 1, b'x', 3, 0, 0, 0, 0x3f, 1, 3],
        &[2, 0, 255],
        b"\x0a2026-02-03",
    ];
    assert_eq!(bytes, expected.concat());
    // As the library writes it by itself, where there is no map.
    assert_eq!(bytes, ::postcard::to_allocvec(&row()).unwrap());
    let numbers = (u8::MAX, u16::MAX, u32::MAX, u64::MAX, u128::MAX, usize::MAX);
    let signed = (i8::MIN, i16::MIN, i32::MIN, i64::MIN, i128::MIN, isize::MIN);
    let others = (true, 'ü', f32::NEG_INFINITY, 0.1_f64, [1_u16, 2], ((), Some(())));
    let all = (numbers, signed, others);
    assert_eq!(comes_back(&all), ::postcard::to_allocvec(&all).unwrap());
}

#[test]
fn floats_and_nested_options_come_back_to_the_bit() {
    let bytes = encode(&f64::from_bits(0x7ff8_0000_0000_0123)).unwrap();
    assert_eq!(decode::<f64>(&bytes).unwrap().to_bits(), 0x7ff8_0000_0000_0123);
    // JSON and MessagePack write these as nothing.
    comes_back(&[Some(None), Some(Some(())), None]);
    comes_back(&Some(Some(None::<u8>)));
}

#[test]
fn equal_maps_are_equal_bytes() {
    let rows = |order: &mut dyn Iterator<Item = u32>| -> HashMap<u32, HashMap<String, u32>> {
        order
            .map(|key| {
                (
                    key,
                    HashMap::from([(key.to_string(), key), ("x".to_owned(), key)]),
                )
            })
            .collect()
    };
    let forwards = rows(&mut (0..2000));
    for _ in 0..4 {
        // Each map of its own has another order.
        let backwards = rows(&mut (0..2000).rev());
        assert_eq!(comes_back(&forwards), comes_back(&backwards));
    }
    // Those of other kinds too, whatever order they keep.
    let sorted: BTreeMap<u32, BTreeMap<String, u32>> = (forwards.iter())
        .map(|(key, inner)| (*key, inner.clone().into_iter().collect()))
        .collect();
    assert_eq!(comes_back(&sorted), comes_back(&forwards));
    // A library reads it that knows nothing of the order.
    let bytes = encode(&forwards).unwrap();
    let read: HashMap<u32, HashMap<String, u32>> = ::postcard::from_bytes(&bytes).unwrap();
    assert_eq!(read, forwards);
    comes_back(&BTreeMap::from([
        (Some("a".to_owned()), 1),
        (None, 2),
        (Some(String::new()), 3),
    ]));
    comes_back(&HashMap::from([((), 7)]));
    comes_back(&HashSet::from([(1, 'x'), (2, 'y')]));
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Listed(Vec<Listed>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Maybe {
    next: Option<Box<Maybe>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Linked {
    To(Box<Linked>),
    Named { to: Box<Linked> },
    End,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Mapped(BTreeMap<u8, Mapped>);

#[test]
fn what_nests_too_deep_is_neither_written_nor_read() {
    // A wrapper and a list each.
    let listed = |lists: usize| (1..lists).fold(Listed(Vec::new()), |inner, _| Listed(vec![inner]));
    comes_back(&listed(LEVELS / 2));
    is_refused(&listed(LEVELS / 2 + 1), "it nests deeper than 256 levels");
    // A struct and an option each.
    let maybe = |levels: usize| {
        (1..levels).fold(Maybe { next: None }, |inner, _| Maybe {
            next: Some(Box::new(inner)),
        })
    };
    comes_back(&maybe(LEVELS / 2));
    is_refused(&maybe(LEVELS / 2 + 1), "it nests deeper than 256 levels");
    // A variant each, at the end too; one with fields is two.
    let linked = |links: usize| (1..links).fold(Linked::End, |to, _| Linked::To(Box::new(to)));
    comes_back(&linked(LEVELS));
    is_refused(&linked(LEVELS + 1), "it nests deeper than 256 levels");
    let named = |links: usize| (0..links).fold(Linked::End, |to, _| Linked::Named { to: Box::new(to) });
    comes_back(&named(LEVELS / 2 - 1));
    is_refused(&named(LEVELS / 2), "it nests deeper than 256 levels");
}

#[derive(Debug, Deserialize)]
struct Endless(#[allow(dead_code, reason = "it is only read")] Box<Endless>);

#[test]
fn a_megabyte_that_nests_is_an_error_and_not_the_end_of_the_process() {
    let million = |unit: &[u8]| unit.repeat(1_000_000 / unit.len());
    for said in [
        is_no_value::<Listed>(&million(&[1])),
        is_no_value::<Maybe>(&million(&[1])),
        is_no_value::<Linked>(&million(&[0])),
        is_no_value::<Linked>(&million(&[1])),
        is_no_value::<Mapped>(&million(&[1, 0])),
        is_no_value::<Kind>(&million(&[1, 1])),
    ] {
        assert!(said.contains("it nests deeper than 256 levels"), "{said}");
    }
    // One that needs no input for it.
    assert!(is_no_value::<Endless>(&[]).contains("it nests deeper"));
}

#[test]
fn a_head_that_claims_more_than_there_is_is_an_error_at_once() {
    let claimed = [0xff_u8; 9].iter().copied().chain([1]).collect::<Vec<u8>>();
    is_no_value::<Vec<u8>>(&claimed);
    is_no_value::<Vec<u64>>(&claimed);
    is_no_value::<String>(&claimed);
    is_no_value::<HashMap<u8, u8>>(&claimed);
    let said = [
        is_no_value::<Vec<()>>(&claimed),
        is_no_value::<HashSet<()>>(&claimed),
        is_no_value::<Vec<[u8; 0]>>(&claimed),
        // Each of as many as may be, and a few of them.
        is_no_value::<Vec<Vec<()>>>(
            &[&[3], &encode(&vec![(); EMPTY_ELEMENTS]).unwrap().repeat(3)[..]].concat(),
        ),
    ];
    for said in said {
        assert!(said.contains("of its elements take no bytes"), "{said}");
    }
    comes_back(&vec![(); EMPTY_ELEMENTS]);
    is_refused(
        &vec![(); EMPTY_ELEMENTS + 1],
        "65537 of its elements take no bytes",
    );
    is_refused(&vec![vec![[0_u8; 0]; 300]; 300], "take no bytes");
    // As many as one likes that take some.
    comes_back(&vec![((1_u8,), [2_u8; 3]); 2 * EMPTY_ELEMENTS]);
}

#[test]
fn bytes_that_end_early_or_go_on_are_errors() {
    let bytes = encode(&row()).unwrap();
    for end in 0..bytes.len() {
        is_no_value::<Row>(&bytes[..end]);
    }
    let longer = [&bytes[..], &[0, 0]].concat();
    assert_eq!(is_no_value::<Row>(&longer), "2 bytes follow the value");
    assert_eq!(is_no_value::<()>(&[7]), "1 bytes follow the value");
}

#[test]
fn an_error_is_told_in_the_words_of_who_found_it() {
    let mut bytes = encode(&row()).unwrap();
    let day = bytes.len() - 1;
    bytes[day] = b'x';
    let said = is_no_value::<Row>(&bytes);
    assert!(said.contains("day"), "{said}");
    let said = is_no_value::<Kind>(&[9]);
    assert!(
        said.contains("invalid value: integer `9`, expected variant index 0 <= i < 4"),
        "{said}"
    );
    assert_eq!(
        is_no_value::<bool>(&[2]),
        ::postcard::Error::DeserializeBadBool.to_string()
    );
}

#[test]
fn what_could_not_be_read_again_is_refused() {
    #[derive(Serialize, Deserialize)]
    struct Sparse {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        a: Option<u32>,
        b: Option<u32>,
    }

    #[derive(Serialize, Deserialize)]
    struct Flat {
        id: u32,
        #[serde(flatten)]
        more: BTreeMap<String, u32>,
    }

    #[derive(Serialize)]
    enum Part {
        Named {
            #[serde(skip_serializing_if = "Vec::is_empty")]
            rows: Vec<u8>,
        },
    }

    struct Refuses;
    impl Serialize for Refuses {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("the lock is poisoned"))
        }
    }

    is_refused(&Sparse { a: None, b: Some(1) }, "the field `a` is left out");
    assert!(encode(&Sparse { a: Some(1), b: None }).is_ok());
    is_refused(&Part::Named { rows: Vec::new() }, "the field `rows` is left out");
    is_refused(
        &Flat {
            id: 1,
            more: BTreeMap::new(),
        },
        "has no length",
    );
    is_refused(&vec![Refuses], "the lock is poisoned");
}

#[test]
fn what_says_itself_what_it_is_cannot_be_read() {
    #[derive(Debug, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u32),
        Text(String),
    }
    let bytes = encode(&Either::Number(7)).unwrap();
    let said = is_no_value::<Either>(&bytes);
    assert!(!said.is_empty() && !said.contains("told apart"), "{said}");
    let _ = Either::Text(String::new());
}
