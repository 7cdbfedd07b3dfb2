//! Text, JSON, bytes by extension and by `format`, MessagePack without a target: all come back from a store.
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use flow_runtime::StateType::{Cached, Success};
use flow_runtime::{Runner, flow, task};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq)]
struct Celsius(f64);

impl fmt::Display for Celsius {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} C", self.0)
    }
}

impl FromStr for Celsius {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.strip_suffix(" C").ok_or("no degrees")?;
        number
            .parse()
            .map(Self)
            .map_err(|_| format!("`{number}` is no number"))
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Means {
    by_year: BTreeMap<u16, f64>,
}

#[task(target = "text.txt")]
fn text() -> String {
    "Task 1".to_owned()
}

#[task(target = "unit.txt")]
fn unit() {}

#[task(target = "own.txt")]
async fn own() -> Celsius {
    Celsius(21.5)
}

#[task(target = "<flow_name>/means.json")]
fn means() -> Means {
    Means {
        by_year: BTreeMap::from([(2026, 9.5)]),
    }
}

#[task(target = "bytes.bin")]
fn bytes() -> Result<Vec<u8>, String> {
    Ok(vec![0, 255])
}

#[task(target = "rows.csv", format = text)]
fn csv() -> String {
    "a,b\n1,2\n".to_owned()
}

#[task(target = "rows", format = json)]
fn rows() -> Vec<u32> {
    vec![1, 2]
}

/// No JSON: NaN, and a tuple as a key.
#[task]
fn packed() -> BTreeMap<(u8, u8), f64> {
    BTreeMap::from([((1, 2), f64::NAN)])
}

/// Neither read nor written.
#[task(checkpoint = false)]
fn kept() -> Celsius {
    Celsius(1.0)
}

flow! {
    fn writing() -> Celsius {
        text = text();
        unit = unit();
        own = own();
        means = means();
        bytes = bytes();
        csv = csv();
        rows = rows();
        packed = packed();
        kept = kept();
        kept
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = tempfile::tempdir()?;
    let runner = Runner::new().store(root.path());
    runner.run(writing())?;
    let run = runner.run(writing())?;
    let kinds: Vec<_> = run.nodes().map(|(_, state)| state.kind).collect();
    assert_eq!(
        kinds,
        [
            Cached, Cached, Cached, Cached, Cached, Cached, Cached, Success, Success
        ]
    );

    assert_eq!(std::fs::read_to_string(root.path().join("text.txt"))?, "Task 1");
    assert_eq!(std::fs::read_to_string(root.path().join("own.txt"))?, "21.5 C");
    assert_eq!(std::fs::read(root.path().join("bytes.bin"))?, [0, 255]);
    assert_eq!(
        std::fs::read_to_string(root.path().join("rows"))?,
        "[\n  1,\n  2\n]\n"
    );
    assert!(root.path().join("writing/means.json").exists());

    assert_eq!(run.result(writing::text)?, "Task 1");
    assert_eq!(run.result(writing::unit)?, &());
    assert_eq!(run.result(writing::own)?, &Celsius(21.5));
    assert_eq!(run.result(writing::means)?.by_year[&2026], 9.5);
    assert_eq!(run.result(writing::bytes)?, &[0, 255]);
    assert_eq!(run.result(writing::csv)?, "a,b\n1,2\n");
    assert_eq!(run.result(writing::rows)?, &[1, 2]);
    assert!(run.result(writing::packed)?[&(1, 2)].is_nan());
    assert_eq!(run.output(), &Celsius(1.0));
    Ok(())
}
