//! Records: what is passed over, and what makes no sense.

use serde_json::{Value, json};

use super::super::frame::{self, header};
use super::super::head::HeadRecord;
use super::super::record::{NodeRecord, Record, TableEntry};
use super::super::{JournalError, Recorded, replay};
use crate::state::tests::whole::{head, whole};
use crate::state::{NodeState, RunState, Signature, StateType};

/// A journal that begins with a run and a table, and goes on with these payloads.
fn journal(payloads: &[Vec<u8>]) -> Result<Recorded, JournalError> {
    let mut bytes = header().to_vec();
    let entry = |slug: &str| TableEntry::new(slug, "t", Signature::from_bytes([7; 12]));
    let records = [
        Record::Head(HeadRecord::new(&head())),
        Record::Table(vec![entry("a"), entry("b")]),
    ];
    for record in records {
        frame::append(&mut bytes, |to| record.encode(to)).unwrap();
    }
    for payload in payloads {
        frame::append(&mut bytes, |to| {
            to.extend_from_slice(payload);
            Ok::<(), String>(())
        })
        .unwrap();
    }
    replay(&bytes)
}

/// A record as another program may have written it.
fn record(value: &Value) -> Vec<u8> {
    rmp_serde::to_vec_named(value).unwrap()
}

fn read(value: &Value) -> Result<NodeState, String> {
    match journal(&[record(value)]) {
        Ok(recorded) => Ok(recorded.state.nodes[0].clone()),
        Err(JournalError::Record { number: 3, what }) => Err(what),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn every_record_survives_its_bytes() {
    for (place, node) in (0..).zip(whole().nodes) {
        let mut bytes = Vec::new();
        Record::Node(Box::new(NodeRecord::new(place, &node)))
            .encode(&mut bytes)
            .unwrap();
        let Ok(Record::Node(read)) = Record::decode(&bytes) else {
            panic!("{node:?}");
        };
        assert_eq!(read.node, place);
        let mut into = NodeState::pending(node.slug.clone(), node.task.clone());
        into.made = node.made;
        read.read(&mut into).unwrap();
        assert_eq!(into, node);
    }
    let mut bytes = Vec::new();
    Record::Head(HeadRecord::new(&head())).encode(&mut bytes).unwrap();
    let Ok(Record::Head(read)) = Record::decode(&bytes) else {
        panic!("no head");
    };
    let expected = crate::state::Head { slice: 0, ..head() };
    assert_eq!(read.read().unwrap(), expected);
}

#[test]
fn a_field_that_is_not_known_is_passed_over() {
    let node = read(&json!({"N": {"n": 0, "k": 5, "a": 2, "zz": [1, {"x": [2]}], "y": null}})).unwrap();
    assert_eq!((node.state.kind, node.tries.attempts), (StateType::Success, 2));
    let past = json!([{"n": 1, "e": 0, "k": 2, "m": "no", "later": 7}]);
    let node = read(&json!({"N": {"n": 0, "k": 2, "h": past}})).unwrap();
    assert_eq!(node.past[0].state.message, "no");
    let node = read(&json!({"N": {"n": 0, "k": 7, "c": {"t": 3, "f": 2, "s": 1, "later": 7}}})).unwrap();
    assert_eq!(
        node.children.map(|of| (of.total, of.finished, of.segments)),
        Some((3, 2, 1))
    );
    assert!(read(&json!({"S": {"n": 0, "a": 1, "later": 7}})).is_ok());
    assert!(read(&json!({"O": {"s": 1, "later": 7}})).is_ok());
}

#[test]
fn what_is_not_known_or_makes_no_sense_is_an_error() {
    let past = |of: Value| json!({"N": {"n": 0, "k": 2, "h": [of]}});
    for (value, said) in [
        (json!({"Z": {"n": 0}}), "unknown variant `Z`"),
        (json!("Z"), "unknown variant `Z`"),
        (json!(99), ""),
        (json!([]), ""),
        (json!({}), ""),
        (json!({"S": {"n": 2, "a": 1}}), "there is no node 2"),
        (json!({"S": {"n": 0}}), "missing field `a`"),
        (json!({"S": {"n": 0, "a": u32::MAX}}), "more than there can be"),
        (json!({"O": {"s": u32::MAX}}), "more than there can be"),
        (json!({"N": {"k": 5}}), "missing field `n`"),
        (json!({"N": {"n": 7, "k": 5}}), "there is no node 7"),
        (json!({"N": {"n": 0, "k": 13}}), "13 is no state"),
        (json!({"N": {"n": 0, "k": 5, "p": "q"}}), "unknown variant `q`"),
        (
            json!({"N": {"n": 0, "k": 5, "p": "r"}}),
            "a result in a target has a digest",
        ),
        (json!({"N": {"n": 0, "k": 5, "p": {"p": "../x"}}}), "`../x`"),
        (
            json!({"N": {"n": 0, "k": 9, "p": {"p": "x"}}}),
            "a node is Failed, and yet has a result",
        ),
        (
            json!({"N": {"n": 0, "k": 5, "g": "short"}}),
            "invalid length 5, expected a byte array of length 16",
        ),
        (
            json!({"N": {"n": 0, "k": 5, "b": 1}}),
            "a node is Success, and yet waits",
        ),
        (json!({"N": {"n": 0, "k": 5, "e": i64::MAX}}), ""),
        (
            json!({"N": {"n": 0, "k": 5, "a": 1_073_741_825}}),
            "more than there can be",
        ),
        (
            json!({"N": {"n": 0, "k": 5, "d": u32::MAX}}),
            "more than there can be",
        ),
        (past(json!({"n": 1, "e": 0, "k": 99})), "99 is no state"),
        (
            past(json!({"n": u32::MAX, "e": 0, "k": 2})),
            "more than there can be",
        ),
        (
            json!({"T": [{"s": "a", "t": "t", "m": "short"}]}),
            "invalid length 5, expected a byte array of length 12",
        ),
        (
            json!({"T": [{"s": "a b", "t": "t", "m": "twelve bytes"}]}),
            "`a b` is no slug",
        ),
    ] {
        let error = read(&value).expect_err(&value.to_string());
        assert!(error.contains(said), "{value}: {error}");
    }
    let error = journal(&[record(&json!({"Z": 1}))]).unwrap_err();
    assert!(error.to_string().starts_with("its record 3 makes no sense: "));
    assert!(error.advice().starts_with("start a new run"));
}

#[test]
fn a_head_is_checked_where_it_stands() {
    let of = |change: &dyn Fn(&mut crate::state::Head)| {
        let mut head = head();
        change(&mut head);
        let mut bytes = Vec::new();
        Record::Head(HeadRecord::new(&head)).encode(&mut bytes).unwrap();
        journal(&[bytes])
    };
    assert!(of(&|_| {}).is_ok());
    let error = of(&|head| head.run_id = "../x".to_owned()).unwrap_err();
    assert!(
        matches!(error, JournalError::Record { number: 3, .. }),
        "{error:?}"
    );
}

#[test]
fn a_record_is_one_value_that_does_not_nest_deep() {
    let mut longer = record(&json!({"S": {"n": 0, "a": 1}}));
    longer.push(0xc0);
    let error = journal(&[longer]).unwrap_err();
    assert!(
        error.to_string().ends_with("bytes follow the encoded value"),
        "{error}"
    );
    let mut deep = vec![0x81, 0xa1, b'Z'];
    deep.extend(vec![0x91; 100_000]);
    deep.push(0);
    let error = journal(&[deep]).unwrap_err();
    assert!(error.to_string().ends_with("the value nests too deep"), "{error}");
    // A list that claims four thousand million entries.
    let error = journal(&[vec![0x81, 0xa1, b'T', 0xdd, 0xff, 0xff, 0xff, 0xff]]).unwrap_err();
    assert!(
        error.to_string().ends_with("the encoded value ends early"),
        "{error}"
    );
}

#[test]
fn what_a_journal_says_is_a_document_that_is_read() {
    let mut bytes = header().to_vec();
    let state = whole();
    let entry = |node: &NodeState| {
        TableEntry::new(
            &node.slug,
            &node.task,
            node.made.unwrap_or(Signature::from_bytes([7; 12])),
        )
    };
    let mut append = |record: Record| frame::append(&mut bytes, |to| record.encode(to)).unwrap();
    append(Record::Head(HeadRecord::new(state.head.as_ref().unwrap())));
    append(Record::Table(state.nodes.iter().map(entry).collect()));
    for (place, node) in (0..).zip(&state.nodes) {
        append(Record::Node(Box::new(NodeRecord::new(place, node))));
    }
    let recorded = replay(&bytes).unwrap().state;
    assert_eq!(RunState::from_json(recorded.to_json()).unwrap(), recorded);
}
