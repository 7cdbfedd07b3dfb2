//! Postcard, of which every byte means something: random bytes, and valid ones that were changed, read as types of every shape.

use std::any::type_name;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;

use flow_runtime::Shared;
use flow_runtime::checkpoint::Codec;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::random::Random;
use super::{bytes, inputs, memory, seed};

/// Bytes of memory for each byte of input, and beyond: a list makes room for what its head claims, but for a megabyte of its
/// elements at most, and lists in lists do so each.
const FACTOR: usize = 200;
const BEYOND: usize = 8 << 20;

#[derive(Serialize, Deserialize)]
struct Row {
    id: u32,
    name: String,
    height: Option<f64>,
    tags: BTreeSet<String>,
    by_day: HashMap<u16, Vec<i64>>,
}

#[derive(Serialize, Deserialize)]
enum Expression {
    Number(i128),
    Text(String),
    Not(Box<Expression>),
    All(Vec<Expression>),
    If {
        condition: Box<Expression>,
        then: Option<Box<Expression>>,
    },
    Nothing,
}

#[derive(Serialize, Deserialize)]
struct Tree {
    children: BTreeMap<u8, Tree>,
    next: Option<Box<Tree>>,
}

/// One type, as bytes see it.
struct Shape {
    name: &'static str,
    codec: Codec,
    valid: Vec<u8>,
    /// That what was read is written and read to the same.
    again: fn(&Codec, &[u8]) -> bool,
}

fn shape<T: Serialize + DeserializeOwned + Shared>(value: &T) -> Shape {
    let codec = Codec::postcard::<T>();
    let valid = (codec.encode)(value).expect("it can be written");
    Shape {
        name: type_name::<T>(),
        codec,
        valid,
        again: |codec, bytes| {
            let Ok(read) = (codec.decode)(bytes) else {
                return false;
            };
            let value: &T = read.downcast_ref().expect("a value of the codec's type");
            let written = (codec.encode)(value).expect("what is read can be written");
            let again = (codec.decode)(&written).expect("what is written can be read");
            let again: &T = again.downcast_ref().expect("likewise");
            assert_eq!((codec.encode)(again).expect("twice"), written);
            true
        },
    }
}

fn shapes() -> Vec<Shape> {
    let row = |id: u32| Row {
        id,
        name: format!("station {id}"),
        height: Some(1594.5),
        tags: BTreeSet::from(["a".to_owned(), "b".to_owned()]),
        by_day: HashMap::from([(3, vec![-1, 2]), (4, Vec::new())]),
    };
    let not = |inner| Expression::Not(Box::new(inner));
    let condition = Box::new(not(not(Expression::Number(-7))));
    let then = Some(Box::new(Expression::Text("then".to_owned())));
    let all = Expression::All(vec![Expression::Nothing, Expression::If { condition, then }]);
    let leaf = || Tree {
        children: BTreeMap::new(),
        next: None,
    };
    let tree = Tree {
        children: BTreeMap::from([(1, leaf()), (7, leaf())]),
        next: Some(Box::new(leaf())),
    };
    vec![
        shape(&vec![row(1), row(300)]),
        shape(&all),
        shape(&tree),
        shape(&vec![(); 3]),
        shape(&vec![vec![Some(()), None], Vec::new()]),
        shape(&vec![vec!["text".to_owned()], vec![String::new()]]),
        shape(&(1.5_f32, 'x', u64::MAX, [i8::MIN, 7])),
        shape(&vec![1_u8, 2, 3]),
    ]
}

/// Fewer than so many bytes, each at most as large.
fn random_bytes(fewer: usize, largest: u8, random: &mut Random) -> Vec<u8> {
    let below = usize::from(largest) + 1;
    let byte = |random: &mut Random| u8::try_from(random.below(below)).unwrap_or(largest);
    (0..random.below(fewer)).map(|_| byte(random)).collect()
}

#[test]
fn whatever_bytes_are_read_as_postcard_it_is_an_error_or_means_what_it_says() {
    let _alone = memory::alone();
    let (shapes, seed) = (shapes(), seed());
    let valid: Vec<Vec<u8>> = shapes.iter().map(|shape| shape.valid.clone()).collect();
    let began = Instant::now();
    let mut accepted = 0;
    for input in 0..inputs() {
        let mut random = Random::new(seed.wrapping_add(input as u64));
        let shape = random.of(&shapes);
        let mut bytes = shape.valid.clone();
        match input % 4 {
            // As few bytes as a value has, or many.
            0 => bytes = random_bytes(64, u8::MAX, &mut random),
            // Small ones make variants, lengths and options that are there.
            1 => bytes = random_bytes(2000, 5, &mut random),
            _ => bytes::mutate(&mut bytes, &valid, &mut random),
        }
        let tried = std::panic::catch_unwind(|| memory::most(|| (shape.again)(&shape.codec, &bytes)));
        let (is_value, most) = tried.unwrap_or_else(|panic| {
            eprintln!("FLOW_SEED={seed}, input {input}, {}: {bytes:02x?}", shape.name);
            std::panic::resume_unwind(panic)
        });
        accepted += usize::from(is_value);
        let allowed = FACTOR * bytes.len() + BEYOND;
        assert!(
            most <= allowed,
            "FLOW_SEED={seed}, input {input}, {}: {most} bytes for {} of input",
            shape.name,
            bytes.len()
        );
    }
    println!(
        "{} inputs in {:.1?}: {accepted} accepted",
        inputs(),
        began.elapsed()
    );
    // Most of them end too early, or too late.
    assert!(
        accepted * 25 > inputs(),
        "too few are accepted to be of use: {accepted}"
    );
}
