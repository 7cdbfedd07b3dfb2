//! Every ordered pair of different result types: with a record the file of one is never taken for the other's; without one it is what
//! its bytes say. Which pairs nobody can tell apart is written down in `indistinguishable.txt` (`BLESS=1` writes it anew).

use std::any::type_name;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::fmt::Write as _;

use flow_runtime::checkpoint::{Codec, Identity, Progress, Record, Staleness, Text, Value, Verdict, verdict};
use flow_runtime::store::StorePath;
use flow_runtime::{Date, Digest, Shared};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A type, in one format: a codec, and what it makes of a value.
struct Sample {
    name: String,
    codec: Codec,
    bytes: Vec<u8>,
}

#[derive(Serialize, serde::Deserialize)]
struct Row {
    id: u32,
    name: String,
}

#[derive(Serialize, serde::Deserialize)]
struct Station {
    id: u32,
    height: Option<f64>,
}

#[derive(Serialize, serde::Deserialize)]
struct Wrapped(u32);

#[derive(Serialize, serde::Deserialize)]
struct Unit;

#[derive(Serialize, serde::Deserialize)]
enum Kind {
    Plain,
    Sized(u32),
}

fn short<T>() -> String {
    let mut name = type_name::<T>().to_owned();
    while let Some(end) = name.find("::") {
        let start = name[..end].rfind(|char: char| !char.is_alphanumeric() && char != '_');
        name.replace_range(start.map_or(0, |start| start + 1)..end + 2, "");
    }
    name
}

fn sample<T: Shared>(codec: Codec, value: &T) -> Sample {
    let bytes = (codec.encode)(value).expect("it can be written");
    Sample {
        name: short::<T>(),
        codec,
        bytes,
    }
}

/// In JSON, MessagePack and postcard.
fn by_serde<T: Serialize + DeserializeOwned + Shared>(samples: &mut [Vec<Sample>; 3], value: &T) {
    samples[0].push(sample(Codec::json::<T>(), value));
    samples[1].push(sample(Codec::msgpack::<T>(), value));
    samples[2].push(sample(Codec::postcard::<T>(), value));
}

fn as_text<M, T: Text<M> + Shared>(samples: &mut Vec<Sample>, value: &T) {
    samples.push(sample(Codec::text::<T, M>(), value));
}

fn structured() -> [Vec<Sample>; 3] {
    let mut samples = [Vec::new(), Vec::new(), Vec::new()];
    let all = &mut samples;
    macro_rules! types { ($($value:expr),+ $(,)?) => { $( by_serde(all, &$value); )+ } }
    types!(
        (),
        true,
        'x',
        7_u8,
        -7_i8,
        7_u16,
        -300_i16,
        70_000_u32,
        -70_000_i32,
        5_000_000_000_u64,
        -5_000_000_000_i64,
        0.5_f32,
        0.1_f64,
        "text".to_owned(),
        "2026-02-03".parse::<Date>().expect("a day"),
        Some(7_u32),
        None::<String>,
        vec![1_u8, 2],
        vec![300_u32],
        vec!["a".to_owned()],
        vec![0.5_f64],
        (1_u8, "x".to_owned()),
        [1_u32, 2, 3],
        BTreeSet::from([1_i64, 2]),
        VecDeque::from([true]),
        BTreeMap::from([("id".to_owned(), 7_u32)]),
        HashMap::from([(7_u32, 'c')]),
        Row {
            id: 7,
            name: "Davos".to_owned()
        },
        Station {
            id: 7,
            height: Some(1594.5)
        },
        vec![Row {
            id: 7,
            name: String::new()
        }],
        Wrapped(7),
        Unit,
        Kind::Plain,
        vec![Kind::Sized(7)],
        Ok::<u32, String>(7),
    );
    samples
}

fn texts() -> Vec<Sample> {
    let mut all = Vec::new();
    macro_rules! types { ($($value:expr),+ $(,)?) => { $( as_text(&mut all, &$value); )+ } }
    types!(
        true,
        'x',
        7_u8,
        -7_i8,
        300_u16,
        -300_i16,
        70_000_u32,
        -70_000_i32,
        5_000_000_000_u64,
        -5_000_000_000_i64,
        0.5_f32,
        0.1_f64,
        "text\n".to_owned(),
        "2026-02-03".parse::<Date>().expect("a day"),
        std::net::Ipv4Addr::LOCALHOST,
    );
    all
}

fn identity(sample: &Sample) -> Identity {
    Identity {
        task: "module::task".to_owned(),
        version: String::new(),
        output_type: (sample.codec.type_name)().to_owned(),
        codec: sample.codec.name.to_owned(),
        body: flow_runtime::Fingerprint::from_bytes([0; 32]),
        arguments: Vec::new(),
    }
}

/// What is decided of the bytes of one type, found with their record, where another is expected.
fn decided(of: &Sample, expected: &Sample) -> Verdict {
    let digest = Digest::of(&of.bytes);
    let record = Record {
        version: flow_runtime::checkpoint::VERSION,
        state: Progress::Committed,
        path: StorePath::new("a.json").expect("a path"),
        digest,
        size: of.bytes.len() as u64,
        modified: None,
        identity: identity(of),
        run_id: "a run".to_owned(),
        flow: "flow".to_owned(),
        node: "node".to_owned(),
        committed: jiff::Timestamp::UNIX_EPOCH,
        previous: None,
    };
    verdict(Some(digest), Some(&record), &identity(expected))
}

/// For each type of a format, those that its bytes can be read as.
fn confused(format: &str, samples: &[Sample], told: &mut String) {
    for of in samples {
        let mut read: Vec<&str> = Vec::new();
        for other in samples {
            if of.name == other.name {
                let again: Value = (other.codec.decode)(&of.bytes).expect("its own bytes");
                assert_eq!(
                    (other.codec.encode)(&*again).expect("it was read"),
                    of.bytes,
                    "{format} {}",
                    of.name
                );
                continue;
            }
            let Verdict::Stale(reasons) = decided(of, other) else {
                panic!("{format}: a recorded {} is taken for a {}", of.name, other.name);
            };
            let is_it = |reason: &Staleness| matches!(reason, Staleness::OutputType { .. });
            assert!(reasons.iter().any(is_it), "{reasons:?}");
            if (other.codec.decode)(&of.bytes).is_ok() {
                read.push(&other.name);
            }
        }
        let _ = writeln!(told, "{format:8} {:22} {}", of.name, read.join(" | "));
    }
}

#[test]
fn a_file_is_taken_for_another_types_only_without_a_record_and_where_its_bytes_say_so() {
    let [json, msgpack, postcard] = structured();
    let texts = texts();
    assert!(json.len() >= 30, "{}", json.len());
    let mut told = "format   of                     reads also as, without a record\n".to_owned();
    confused("json", &json, &mut told);
    confused("msgpack", &msgpack, &mut told);
    confused("postcard", &postcard, &mut told);
    confused("text", &texts, &mut told);
    let told: Vec<&str> = told.lines().map(str::trim_end).collect();
    let told = told.join("\n") + "\n";
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("end_to_end/indistinguishable.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &told).expect("it can be written");
    }
    assert_eq!(told, std::fs::read_to_string(&file).unwrap_or_default());
}
