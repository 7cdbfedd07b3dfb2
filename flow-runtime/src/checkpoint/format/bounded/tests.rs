//! What is read within bounds is read as without, and what is beyond them is an error: on the stack of an ordinary thread.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{EMPTY_ELEMENTS, Limit, Told, read};
use crate::message_pack;

fn unpacked<T: DeserializeOwned>(bytes: &[u8], limit: Limit) -> Result<T, Told> {
    let mut rest = bytes;
    let mut decoder = rmp_serde::Deserializer::new(&mut rest);
    decoder.set_max_depth(usize::from(u16::MAX));
    read(&mut decoder, limit)
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Kind {
    Plain,
    Wrapped(Box<Kind>),
    Pair(u8, String),
    Named { low: Option<f32>, high: i64 },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Wrapper(String);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Everything {
    numbers: (u8, u16, u32, u64, u128, i8, i16, i32, i64, i128),
    floats: (f32, f64),
    texts: (char, String, Wrapper),
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
    nothing: ((), Unit, Option<bool>),
    kinds: Vec<Kind>,
    by_name: BTreeMap<String, Vec<u8>>,
    by_pair: HashMap<(u8, bool), Kind>,
    list: [u16; 3],
}

fn everything() -> Everything {
    let named = Kind::Named {
        low: Some(0.5),
        high: -1,
    };
    Everything {
        numbers: (1, 2, 3, u64::MAX, u128::MAX, -1, -2, -3, i64::MIN, i128::MIN),
        floats: (f32::MIN_POSITIVE, f64::INFINITY),
        texts: ('ü', "text".to_owned(), Wrapper("inner".to_owned())),
        bytes: vec![0, 255],
        nothing: ((), Unit, Some(true)),
        kinds: vec![
            Kind::Plain,
            Kind::Wrapped(Box::new(Kind::Pair(7, String::new()))),
            named.clone(),
        ],
        by_name: BTreeMap::from([("a".to_owned(), vec![1]), (String::new(), vec![])]),
        by_pair: HashMap::from([((1, true), named)]),
        list: [1, 2, 3],
    }
}

#[test]
fn within_bounds_everything_is_read_as_it_is() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u32),
        Rows { rows: Vec<u8> },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Flat {
        id: u32,
        #[serde(flatten)]
        more: BTreeMap<String, u32>,
    }

    fn same<T: Debug + PartialEq + Serialize + DeserializeOwned>(value: &T) {
        let bytes = message_pack::encode(value).unwrap();
        let read: T = unpacked(&bytes, Limit::of(16, bytes.len())).unwrap();
        assert_eq!(read, *value);
        // And in a format for people, which shows some types otherwise.
        let json = serde_json::to_vec(value).unwrap();
        let mut decoder = serde_json::Deserializer::from_slice(&json);
        let read: T = super::read(&mut decoder, Limit::of(16, json.len())).unwrap();
        assert_eq!(read, *value);
    }

    let bytes = message_pack::encode(&everything()).unwrap();
    let read: Everything = unpacked(&bytes, Limit::of(16, bytes.len())).unwrap();
    assert_eq!(read, everything());
    same(&everything().kinds);
    same(&(Either::Number(7), Either::Rows { rows: vec![1, 2] }));
    let more = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]);
    same(&Flat { id: 7, more });
    same(&"10.0.0.1".parse::<std::net::Ipv4Addr>().unwrap());
}

#[test]
fn all_that_holds_another_value_counts() {
    #[derive(Debug, Serialize, Deserialize)]
    struct Maybe(Option<Box<Maybe>>);

    let levels = |limit| {
        // The wrapper, an option, another wrapper, another option that is nothing.
        let maybe = Maybe(Some(Box::new(Maybe(None))));
        let bytes = message_pack::encode(&(maybe,)).unwrap();
        unpacked::<(Maybe,)>(&bytes, Limit::of(limit, bytes.len())).map(|_| ())
    };
    // MessagePack shows `Some(nothing)` as nothing.
    assert!(levels(2).is_ok());
    assert_eq!(
        levels(1).unwrap_err().to_string(),
        "it nests deeper than 1 levels, and no more are read"
    );
    let bytes = message_pack::encode(&everything().kinds).unwrap();
    let kinds = |limit| unpacked::<Vec<Kind>>(&bytes, Limit::of(limit, bytes.len())).map(|_| ());
    // The list, a variant, what it wraps, the pair in that.
    assert!(kinds(4).is_ok());
    kinds(3).unwrap_err();
}

/// Types that hold themselves in every way; some need no input for it.
#[test]
fn what_nests_without_end_is_an_error_and_not_the_end_of_the_process() {
    #[derive(Debug, Deserialize)]
    struct Wrapped(#[allow(dead_code, reason = "it is only read")] Box<Wrapped>);

    #[derive(Debug, Deserialize)]
    struct Maybe(#[allow(dead_code, reason = "as above")] Option<Box<Maybe>>);

    #[derive(Debug, Deserialize)]
    struct Listed(#[allow(dead_code, reason = "as above")] Vec<Listed>);

    #[derive(Debug, Deserialize)]
    struct Mapped(#[allow(dead_code, reason = "as above")] BTreeMap<u8, Mapped>);

    #[derive(Debug, Deserialize)]
    enum Linked {
        To(#[allow(dead_code, reason = "as above")] Box<Linked>),
    }

    fn ends<T: DeserializeOwned>(bytes: &[u8]) {
        let limit = Limit::of(message_pack::MAX_DEPTH, bytes.len());
        let error = unpacked::<T>(bytes, limit).err().expect("it has no end");
        assert!(
            error.to_string().contains("nests deeper than 256 levels"),
            "{error}"
        );
    }

    ends::<Wrapped>(&[1]);
    ends::<Maybe>(&[1]);
    ends::<Listed>(&[0x91].repeat(1_000_000));
    ends::<Mapped>(&[0x81, 0].repeat(500_000));
    ends::<Linked>(&[0x81, 0xa2, b'T', b'o'].repeat(250_000));
}

#[test]
fn elements_without_bytes_are_counted_and_others_are_not() {
    let limit = Limit {
        levels: 8,
        elements: 5,
    };
    let bytes = |elements: usize| message_pack::encode(&vec![(); elements]).unwrap();
    assert!(unpacked::<Vec<()>>(&bytes(5), limit).is_ok());
    let error = unpacked::<Vec<()>>(&bytes(6), limit).unwrap_err();
    assert!(
        error
            .to_string()
            .contains(&format!("more than {EMPTY_ELEMENTS} of its elements"))
    );
    // What the type counts itself is not counted: a byte would stand for as many elements as tuples nest.
    let nested = vec![((1_u8,), [2_u8; 4]); 5];
    let bytes = message_pack::encode(&nested).unwrap();
    assert_eq!(unpacked::<Vec<((u8,), [u8; 4])>>(&bytes, limit).unwrap(), nested);
}

#[test]
fn what_a_type_says_comes_through_the_decoder() {
    let said = |bytes: &[u8]| {
        let error = unpacked::<Vec<(u8, Kind)>>(bytes, Limit::of(64, bytes.len()));
        error.unwrap_err().to_string()
    };
    let row = |value: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = vec![0x91];
        value(&mut bytes);
        bytes
    };
    assert!(
        said(&row(&|bytes| bytes.extend([0x91, 7]))).contains("invalid length 1, expected a tuple of size 2")
    );
    let unknown = row(&|bytes| bytes.extend([0x92, 7, 0xa1, b'X']));
    assert!(
        said(&unknown).contains("unknown variant `X`, expected one of `Plain`"),
        "{}",
        said(&unknown)
    );
    // And what the decoder says itself.
    assert!(
        !said(&[0x91, 0x92, 7]).contains("told apart"),
        "{}",
        said(&[0x91, 0x92, 7])
    );
}
