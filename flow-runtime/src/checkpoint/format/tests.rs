//! Values that come back as they were, and those that are refused.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use serde::{Deserialize, Serialize};

use super::{Codec, EncodeError};
use crate::message_pack;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Kind {
    Plain,
    Named { low: f32, high: Option<f64> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Report {
    kinds: Vec<Kind>,
    by_day: BTreeMap<String, f64>,
}

fn report() -> Report {
    let named = Kind::Named { low: 0.5, high: None };
    Report {
        kinds: vec![Kind::Plain, named],
        by_day: BTreeMap::from([("1 May".to_owned(), 1.0)]),
    }
}

#[track_caller]
fn round_trip<T: PartialEq + Debug + 'static>(codec: Codec, value: &T) -> Vec<u8> {
    let bytes = (codec.encode)(value).unwrap();
    let back = (codec.decode)(&bytes).unwrap();
    assert_eq!(back.downcast_ref(), Some(value));
    bytes
}

#[test]
fn values_come_back() {
    const JSON: Codec = Codec::json::<Report>();
    const PACKED: Codec = Codec::message_pack::<Report>();
    let json = String::from_utf8(round_trip(JSON, &report())).unwrap();
    assert!(
        json.starts_with("{\n  \"kinds\": [\n    \"Plain\",\n") && json.ends_with("}\n"),
        "{json}"
    );
    let packed = round_trip(PACKED, &report());
    assert!(
        packed.windows(6).any(|bytes| bytes == b"by_day"),
        "field names are kept"
    );
    assert_eq!(round_trip(Codec::bytes::<Vec<u8>>(), &vec![0_u8, 255]), [0, 255]);
    round_trip(Codec::json::<()>(), &());
    round_trip(Codec::message_pack::<()>(), &());
    round_trip(
        Codec::message_pack::<HashMap<(u8, u8), f64>>(),
        &HashMap::from([((1_u8, 2_u8), f64::INFINITY)]),
    );
}

#[test]
fn json_refuses_floats_that_it_cannot_hold_and_says_where() {
    let place = |change: &dyn Fn(&mut Report)| {
        let mut value = report();
        change(&mut value);
        (Codec::json::<Report>().encode)(&value).unwrap_err().to_string()
    };
    let advice = "which JSON cannot hold: make it an `Option`, or give the target another extension";
    let set = |kind| move |report: &mut Report| report.kinds[1] = kind;
    let low = set(Kind::Named {
        low: f32::NAN,
        high: None,
    });
    assert_eq!(
        place(&|report| low.clone()(report)),
        format!("`kinds[1].Named.low` is NaN, {advice}")
    );
    let high = set(Kind::Named {
        low: 0.0,
        high: Some(f64::NEG_INFINITY),
    });
    assert_eq!(
        place(&|report| high.clone()(report)),
        format!("`kinds[1].Named.high` is -inf, {advice}")
    );
    let day = |report: &mut Report| report.by_day = BTreeMap::from([("2 May".to_owned(), f64::INFINITY)]);
    assert_eq!(place(&day), format!("`by_day[\"2 May\"]` is inf, {advice}"));
    let by_year = BTreeMap::from([(2020, 1.0), (-3, f64::NAN)]);
    let error = (Codec::json::<BTreeMap<i32, f64>>().encode)(&by_year).unwrap_err();
    assert!(error.to_string().starts_with("`[-3]` is NaN"), "{error}");
    let error = (Codec::json::<f64>().encode)(&f64::NAN).unwrap_err();
    assert!(error.to_string().starts_with("`value` is NaN"), "{error}");
}

#[test]
fn null_that_is_no_float_is_fine_in_json() {
    round_trip(
        Codec::json::<(Option<u8>, String)>(),
        &(None::<u8>, "null".to_owned()),
    );
}

#[test]
fn floats_come_back_to_the_bit() {
    // An argument's digest is that of the value's bits: one bit less, and what depends on it is made again.
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    let doubles = (0..20_000).map(|_| {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        f64::from_bits(bits)
    });
    let edges = [-0.0, f64::MIN_POSITIVE, 5e-324, f64::MAX, f64::EPSILON, 0.1 + 0.2];
    let doubles: Vec<f64> = doubles.filter(|x| x.is_finite()).chain(edges).collect();
    #[allow(clippy::cast_possible_truncation, reason = "any floats will do")]
    let singles: Vec<f32> = doubles
        .iter()
        .map(|x| f32::from_bits(x.to_bits() as u32))
        .filter(|x| x.is_finite())
        .collect();
    for (doubles_codec, singles_codec) in [
        (Codec::json::<Vec<f64>>(), Codec::json::<Vec<f32>>()),
        (
            Codec::message_pack::<Vec<f64>>(),
            Codec::message_pack::<Vec<f32>>(),
        ),
    ] {
        let back = (doubles_codec.decode)(&(doubles_codec.encode)(&doubles).unwrap()).unwrap();
        let back: &Vec<f64> = back.downcast_ref().unwrap();
        assert!(
            back.iter()
                .map(|x| x.to_bits())
                .eq(doubles.iter().map(|x| x.to_bits()))
        );
        let back = (singles_codec.decode)(&(singles_codec.encode)(&singles).unwrap()).unwrap();
        let back: &Vec<f32> = back.downcast_ref().unwrap();
        assert!(
            back.iter()
                .map(|x| x.to_bits())
                .eq(singles.iter().map(|x| x.to_bits()))
        );
    }
}

#[test]
fn bytes_that_are_no_value_are_errors() {
    let error = |codec: Codec, bytes: &[u8]| (codec.decode)(bytes).unwrap_err().to_string();
    assert_eq!(
        error(Codec::json::<u8>(), b"256"),
        "invalid value: integer `256`, expected u8 at line 1 column 3"
    );
    assert_eq!(
        error(Codec::json::<u8>(), b"1 2"),
        "trailing characters at line 1 column 3"
    );
    assert_eq!(
        error(Codec::message_pack::<u8>(), &[1, 2, 3]),
        "2 bytes follow the value"
    );
    assert!(!error(Codec::message_pack::<u8>(), &[]).is_empty());
    assert!(!error(Codec::message_pack::<String>(), &[1]).is_empty());
}

#[test]
fn nesting_is_bounded_when_it_is_read() {
    #[derive(Debug, Serialize, Deserialize)]
    struct Deep(Vec<Deep>);
    let json = ["[".repeat(10_000), "]".repeat(10_000)].concat();
    assert!((Codec::json::<Deep>().decode)(json.as_bytes()).is_err());
    assert!((Codec::message_pack::<Deep>().decode)(&[0x91; 10_000]).is_err());
    let packed = [[0x91; 100].as_slice(), &[0x90]].concat();
    assert!((Codec::message_pack::<Deep>().decode)(&packed).is_ok());
}

#[test]
fn variants_count_too_which_are_neither_lists_nor_maps() {
    #[derive(Debug, Serialize, Deserialize)]
    enum Negated {
        Not(#[allow(dead_code, reason = "it is only read")] Box<Negated>),
        Nothing,
    }
    let not = [0x81, 0xa3, b'N', b'o', b't'];
    let nested = not.repeat(200_000);
    let error = (Codec::message_pack::<Negated>().decode)(&nested).unwrap_err();
    assert_eq!(error.to_string(), "the value nests too deep");
    let some = (0..300).fold(Negated::Nothing, |inner, _| Negated::Not(Box::new(inner)));
    let bytes = (Codec::message_pack::<Negated>().encode)(&some).unwrap();
    assert!((Codec::message_pack::<Negated>().decode)(&bytes).is_ok());
    let more = (0..600).fold(Negated::Nothing, |inner, _| Negated::Not(Box::new(inner)));
    let error = (Codec::message_pack::<Negated>().encode)(&more).unwrap_err();
    assert!(matches!(error, EncodeError::TooDeep { .. }), "{error}");
}

#[test]
fn what_nests_too_deep_to_be_read_is_not_written() {
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Deep(Vec<Deep>);

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    enum Linked {
        End(String),
        Next { to: Box<Linked> },
    }

    let deep = |levels: usize| (1..levels).fold(Deep(Vec::new()), |inner, _| Deep(vec![inner]));
    let linked = |links: usize| {
        let end = Linked::End(r#"no levels: [{[{"[\"#.repeat(100));
        (0..links).fold(end, |to, _| Linked::Next { to: Box::new(to) })
    };
    for (codec, limit) in [
        (Codec::json::<Deep>(), 127),
        (Codec::message_pack::<Deep>(), message_pack::MAX_DEPTH - 1),
    ] {
        round_trip(codec, &deep(limit));
        let error = (codec.encode)(&deep(limit + 1)).unwrap_err();
        assert!(matches!(error, EncodeError::TooDeep { .. }), "{error}");
    }
    round_trip(Codec::json::<Linked>(), &linked(63));
    let error = (Codec::json::<Linked>().encode)(&linked(64)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "it nests 129 levels deep, and only 127 can be read again"
    );
}

#[test]
fn a_value_of_another_type_is_refused() {
    let error = (Codec::json::<u8>().encode)(&1_u16).unwrap_err();
    assert!(matches!(error, EncodeError::OtherType { expected: "u8" }));
    let error =
        (Codec::json::<HashMap<(u8, u8), u8>>().encode)(&HashMap::from([((1_u8, 2_u8), 3_u8)])).unwrap_err();
    assert!(matches!(error, EncodeError::Refused(_)));
}
