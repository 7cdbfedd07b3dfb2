//! Inputs that are made to take as much memory as they can for their length.

use std::fmt::Write as _;

use flow_runtime::journal::outside::{framed, payloads, read, written};
use flow_runtime::state::RunState;
use serde_json::{Value, json};

use super::memory;

/// How long the inputs are.
const LONG: usize = 1 << 20;

/// As many of these as fit, as a list.
fn many(item: &str) -> String {
    let mut list = "[".to_owned();
    while list.len() + item.len() + 2 < LONG {
        list.push_str(item);
        list.push(',');
    }
    list.push_str(item);
    list.push(']');
    list
}

/// A document with this in the place of one of its fields, and one more.
fn document(field: &str, value: &str) -> String {
    let whole = include_str!("../../flow-runtime/tests/golden/state-v1.0.json");
    let mut whole: Value = serde_json::from_str(whole).expect("JSON");
    whole[field] = json!("HERE");
    whole.to_string().replace("\"HERE\"", value)
}

#[test]
fn the_worst_documents_take_no_more_than_150_times_their_length() {
    let _alone = memory::alone();
    let numbers = many("0");
    let objects = many(r#"{"":0}"#);
    let nested = many(&format!("{}{}", "[".repeat(100), "]".repeat(100)));
    let state = |field: &str, value: &str| {
        format!(r#"[{{"task":{{"slug":"a"}},"state":{{"type":"Success","{field}":{value}}}}}]"#)
    };
    let past = many(r#"{"attempt":1,"at":0,"type":"Failed","message":""}"#);
    let inputs = [
        (
            "nodes",
            many(r#"{"task":{"name":"a"},"state":{"type":"Failed"}}"#),
        ),
        ("tasks without state", many(r#"{"task":{"name":"a"}}"#)),
        ("numbers in a list", state("x", &numbers)),
        ("objects in a list", state("x", &objects)),
        ("numbers that are no base64", state("inline", &numbers)),
        ("numbers in a document", document("x", &numbers)),
        ("objects in a document", document("x", &objects)),
        ("nested lists in a document", document("x", &nested)),
        ("parameters", document("params", &many_fields())),
        ("packed parameters", document("packed", &many_fields())),
        (
            "a parameter of numbers",
            document("params", &format!(r#"{{"x":{numbers}}}"#)),
        ),
        ("attempts", state("past", &past)),
        (
            "text",
            state("message", &format!("\"{}\"", "\\u0000".repeat(LONG / 6))),
        ),
        ("no JSON", numbers.replace(',', " ")),
    ];
    let mut largest = 0;
    for (what, text) in inputs {
        let (_, most) = memory::most(|| RunState::from_json(&text).is_ok());
        let times = most / text.len();
        println!("{times:4} times {what}");
        largest = largest.max(times);
    }
    // A map of one field takes as much as one of eleven.
    assert!(largest <= 150, "{largest}");
}

/// An object of as many short fields as fit.
fn many_fields() -> String {
    let mut fields = "{".to_owned();
    for number in 0.. {
        let _ = write!(fields, "\"{number:x}\":0,");
        if fields.len() > LONG {
            break;
        }
    }
    fields.push_str("\"\":0}");
    fields
}

#[test]
fn the_worst_journals_take_no_more_than_50_times_their_length() {
    let _alone = memory::alone();
    let golden = RunState::from_json(include_str!("../../flow-runtime/tests/golden/state-v1.0.json"))
        .expect("a state");
    let journal = written(&golden).expect("a journal");
    let head = payloads(&journal).expect("a journal").swap_remove(0);
    let list = |record: u8, item: &[u8]| {
        let count = LONG / item.len();
        let mut payload = vec![0x81, 0xa1, record, 0xdd];
        payload.extend(u32::try_from(count).expect("few").to_be_bytes());
        payload.extend(item.repeat(count));
        payload
    };
    let node = b"\x83\xa1s\xa1a\xa1t\xa0\xa1m\xac............";
    let halted = vec![b"\xa1X".to_vec(); LONG / 10];
    let journals = [
        ("nodes", vec![head.clone(), list(b'T', node)]),
        ("a list of nothing", vec![head.clone(), list(b'T', b"\xc0")]),
        ("an unknown record", vec![head.clone(), list(b'Q', b"\x90")]),
        ("halts", [vec![head.clone()], halted].concat()),
        (
            "tables",
            [
                vec![head],
                vec![list(b'T', node)[..8].to_vec(); 3],
                vec![list(b'T', node)],
            ]
            .concat(),
        ),
    ];
    for (what, records) in journals {
        let journal = framed(records.iter().map(Vec::as_slice));
        let (_, most) = memory::most(|| read(&journal).is_ok());
        let times = most / journal.len();
        println!("{times:4} times {what}");
        assert!(times <= 50, "{what}: {times}");
    }
}
