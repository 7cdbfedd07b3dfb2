//! Damaged journals: an error, or the run as it was at the last whole record before the damage. Never another one.

use super::super::frame::{self, Frames, HEADER, header};
use super::super::head::HeadRecord;
use super::super::record::{NodeRecord, Opened, Record, Started, TableEntry};
use super::super::{JournalError, Recorded, replay, summary};
use crate::state::tests::whole::{head, whole};
use crate::state::{NodeState, Signature};

/// A journal of about 4 KiB in which the run changes with every record.
fn journal() -> Vec<u8> {
    let mut bytes = header().to_vec();
    let mut append = |record: Record| frame::append(&mut bytes, |to| record.encode(to)).unwrap();
    let nodes: Vec<NodeState> = whole().nodes;
    append(Record::Head(HeadRecord::new(&head())));
    let entry = |node: &NodeState| TableEntry::new(&node.slug, &node.task, Signature::from_bytes([7; 12]));
    append(Record::Table(nodes.iter().map(entry).collect()));
    for slice in 1..4 {
        append(Record::Opened(Opened { slice }));
        for (place, node) in (0..).zip(&nodes) {
            append(Record::Started(Started {
                child: None,
                node: place,
                attempt: slice,
            }));
            append(Record::Node(Box::new(NodeRecord::new(place, node))));
        }
        append(Record::Started(Started {
            child: None,
            node: 3,
            attempt: slice + 1,
        }));
    }
    append(Record::Halted);
    bytes
}

/// What a reader takes from it.
fn read(bytes: &[u8]) -> Result<Recorded, JournalError> {
    replay(bytes)
}

/// Where each record ends, and the run as it is there.
fn stops(bytes: &[u8]) -> Vec<(usize, Option<Recorded>)> {
    let mut frames = Frames::new(bytes).unwrap();
    let mut stops = vec![(HEADER, None)];
    while frames.next().is_some() {
        let end = frames.end();
        stops.push((end, read(&bytes[..end]).ok()));
    }
    stops
}

/// Checks what is read of a journal that is damaged at a byte.
fn check(read: Result<Recorded, JournalError>, at: usize, stops: &[(usize, Option<Recorded>)], what: &str) {
    let before = stops.iter().rev().find(|(end, _)| *end <= at);
    match (read, before) {
        (Ok(recorded), Some((end, Some(expected)))) => {
            assert_eq!(recorded.whole, *end, "{what}");
            assert_eq!(recorded.state, expected.state, "{what}");
            assert_eq!(
                (&recorded.told, &recorded.made),
                (&expected.told, &expected.made),
                "{what}"
            );
        }
        // It says nothing yet or any more, or is no journal of this version any more.
        (Err(JournalError::Empty | JournalError::Damaged), Some((_, None))) => {}
        (Err(JournalError::NoJournal | JournalError::Newer { .. } | JournalError::Empty), _)
            if at < HEADER => {}
        (read, _) => panic!("{what}: {read:?}"),
    }
}

#[test]
fn at_every_length_it_is_the_run_at_the_last_whole_record() {
    let bytes = journal();
    assert!(bytes.len() >= 4096, "{}", bytes.len());
    let stops = stops(&bytes);
    for length in 0..=bytes.len() {
        let what = format!("{length} bytes");
        let read = read(&bytes[..length]);
        if let Ok(recorded) = &read {
            assert_eq!(recorded.whole + recorded.torn, length);
        }
        check(read, length, &stops, &what);
    }
}

#[test]
fn with_every_bit_flipped_it_is_the_run_before_that_record() {
    let mut bytes = journal();
    let stops = stops(&bytes);
    for bit in 0..bytes.len() * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        check(read(&bytes), bit / 8, &stops, &format!("bit {bit}"));
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}

#[test]
fn a_page_of_zeros_or_of_old_bytes_ends_it() {
    let bytes = journal();
    let stops = stops(&bytes);
    for start in (0..bytes.len()).step_by(61) {
        for length in [1, 4, 64, 512, 4096] {
            let end = (start + length).min(bytes.len());
            let mut damaged = bytes.clone();
            damaged[start..end].fill(0);
            // Zeros may have been there before.
            let at = (0..bytes.len()).find(|&at| damaged[at] != bytes[at]);
            check(
                read(&damaged),
                at.unwrap_or(bytes.len()),
                &stops,
                &format!("zeros {start}..{end}"),
            );
            damaged[start..end].fill(0xe5);
            let at = (0..bytes.len()).find(|&at| damaged[at] != bytes[at]);
            check(
                read(&damaged),
                at.unwrap_or(bytes.len()),
                &stops,
                &format!("0xe5 {start}..{end}"),
            );
        }
    }
    // Behind its end whatever a disk had there.
    for more in [&[0; 100][..], &bytes[16..], b"\x05\0\0\0abcdefghi"] {
        let longer = [&bytes[..stops[9].0], &bytes[stops[9].0..][..3], more].concat();
        check(read(&longer), stops[9].0, &stops, "more");
    }
}

#[test]
fn the_first_record_says_which_run_it_is() {
    let bytes = journal();
    let end = stops(&bytes)[1].0;
    let of = summary(&bytes[..end]).unwrap();
    assert_eq!(of.flow, "mine::reports::nightly");
    assert_eq!(of.identity, Some(head().identity()));
    assert_eq!(of.started, Some(head().started));
    for length in 0..end {
        assert!(
            matches!(summary(&bytes[..length]), Err(JournalError::Empty)),
            "{length}"
        );
    }
    let mut other = header().to_vec();
    frame::append(&mut other, |to| Record::Halted.encode(to)).unwrap();
    assert!(matches!(
        summary(&other),
        Err(JournalError::Record { number: 1, .. })
    ));
}
