//! The journal, version 1, pinned byte for byte. `BLESS=1` writes the file anew: for a new version, beside the old one,
//! which stays readable for ever.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use jiff::Timestamp;

use super::super::frame::{self, header};
use super::super::head::HeadRecord;
use super::super::record::{Details, NodeRecord, Opened, Record, Started, TableEntry};
use super::super::replay;
use crate::hook::PastAttempt;
use crate::state::tests::whole::whole;
use crate::state::{NodeState, RunState, Signature, State, StateType};

fn node(node: u32, state: &NodeState) -> Record {
    Record::Node(Box::new(NodeRecord::new(node, state)))
}

fn table(state: &RunState) -> Record {
    let entry = |node: &NodeState| {
        let made = node.made.unwrap_or(Signature::from_bytes(*b"nothing yet!"));
        TableEntry::new(&node.slug, &node.task, made)
    };
    Record::Table(state.nodes.iter().map(entry).collect())
}

fn attempt(number: u32) -> PastAttempt {
    PastAttempt {
        number,
        ended: Timestamp::from_microsecond(1_700_000_000_000_000).unwrap(),
        state: State::new(StateType::Retrying, "not yet"),
    }
}

/// Every kind of record, and every field: a run that is started, left, gone on with and edited.
fn records(state: &RunState) -> Vec<Record> {
    let head = || Record::Head(HeadRecord::new(state.head.as_ref().unwrap()));
    let mut records = vec![head(), table(state), Record::Opened(Opened { slice: 6 })];
    records.push(Record::Started(Started {
        node: 5,
        child: None,
        attempt: 1,
    }));
    let details = vec![0x81, 0xa4, b'p', b'a', b'g', b'e', 8].into();
    records.push(Record::Details(Details {
        node: 5,
        child: None,
        details,
    }));
    for (place, of) in (0..).zip(&state.nodes).take(8) {
        records.push(node(place, of));
    }
    records.push(Record::Started(Started {
        node: 12,
        child: None,
        attempt: 1,
    }));
    let mut again = state.nodes[3].clone();
    again.past = [1, 2].map(attempt).to_vec();
    records.push(Record::Node(Box::new(NodeRecord::newer(
        12.into(),
        &mut again,
        1,
    ))));
    records.push(Record::Halted);
    records.extend([head(), table(state), Record::Opened(Opened { slice: 7 })]);
    for (place, of) in (0..).zip(&state.nodes).skip(8) {
        records.push(node(place, of));
    }
    records
}

/// Each record as a comment that names it, and its frame in hexadecimal.
fn shown(records: &[Record]) -> String {
    let hex = |text: &mut String, bytes: &[u8]| {
        for line in bytes.chunks(60) {
            for byte in line {
                let _ = write!(text, "{byte:02x}");
            }
            text.push('\n');
        }
    };
    let mut text = "# header\n".to_owned();
    hex(&mut text, &header());
    for record in records {
        let name = match record {
            Record::Children(made) => format!("F children of {}", made.node),
            Record::Head(_) => "H head".to_owned(),
            Record::Table(nodes) => format!("T table of {}", nodes.len()),
            Record::Opened(_) => "O opened".to_owned(),
            Record::Started(_) => "S started".to_owned(),
            Record::Node(node) => format!("N node {}", node.node),
            Record::Details(left) => format!("D details of {}", left.node),
            Record::Halted => "X halted".to_owned(),
        };
        let mut framed = Vec::new();
        frame::append(&mut framed, |to| record.encode(to)).unwrap();
        let _ = writeln!(text, "# {name}");
        hex(&mut text, &framed);
    }
    text
}

fn bytes(shown: &str) -> Vec<u8> {
    let hex: String = shown.lines().filter(|line| !line.starts_with('#')).collect();
    let digits = hex
        .as_bytes()
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).unwrap());
    digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

#[test]
fn version_1_is_written_and_read_byte_for_byte() {
    let state = whole();
    let written = shown(&records(&state));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/journal-v1.hex");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, &written).unwrap();
    }
    let pinned = fs::read_to_string(&file).unwrap();
    assert_eq!(written, pinned);
    let pinned = bytes(&pinned);
    let recorded = replay(&pinned).unwrap();
    assert_eq!(recorded.state, state);
    assert_eq!((recorded.whole, recorded.torn), (pinned.len(), 0));
    let told: Vec<u32> = (0..state.nodes.len())
        .map(|node| match node {
            0..8 | 12 if node != 12 => 6,
            _ => 7,
        })
        .collect();
    assert_eq!(recorded.told, told);
    // All that can be told was told.
    for kind in StateType::ALL {
        assert!(state.nodes.iter().any(|node| node.state.kind == kind), "{kind}");
    }
}
