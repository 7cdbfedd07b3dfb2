//! Journals as bytes, for what tests them from outside of this crate: mutation tests and fuzzers.

use super::frame;
use super::head::HeadRecord;
use super::record::{NodeRecord, Opened, Record, TableEntry};
use super::{JournalError, replay, snapshot};
use crate::state::{RunState, Signature};

/// The run at the end of a journal, and the shortest journal that says the same.
///
/// # Errors
///
/// If it is none, of a newer version, says nothing yet, or a record of it makes no sense.
pub fn read(journal: &[u8]) -> Result<(RunState, Vec<u8>), JournalError> {
    let recorded = replay(journal)?;
    let short = snapshot(&recorded);
    Ok((recorded.state, short))
}

/// A journal of which each record is whole, whatever it says.
pub fn framed<'a>(payloads: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut journal = frame::header().to_vec();
    for payload in payloads {
        // One that is too long is left out.
        let _ = frame::append(&mut journal, |to| {
            to.extend_from_slice(payload);
            Ok::<(), String>(())
        });
    }
    journal
}

/// The records of a journal, as bytes, up to the last that is whole.
///
/// # Errors
///
/// If it is none, or of a newer version.
pub fn payloads(journal: &[u8]) -> Result<Vec<Vec<u8>>, JournalError> {
    Ok(frame::Frames::new(journal)?.map(<[u8]>::to_vec).collect())
}

/// What made a result, of one of which a document does not say it: a journal says it of every node.
const UNSAID: Signature = Signature::from_bytes([0; 12]);

/// A document without what no journal says: what a newer minor version has added, and where the children of a `for` are
/// that has not ended.
pub fn known(mut state: RunState) -> RunState {
    if let Some(head) = &mut state.head {
        head.extra.clear();
        head.minor = 0;
    }
    for node in &mut state.nodes {
        node.extra = None;
        if node.state.kind.has_value() {
            node.made.get_or_insert(UNSAID);
        } else {
            (node.result, node.made) = (None, None);
        }
    }
    state
}

/// A journal that says what a document says; `None` for a bare list.
pub fn written(state: &RunState) -> Option<Vec<u8>> {
    let head = state.head.as_ref()?;
    let mut records = vec![Record::Head(HeadRecord::new(head))];
    let entry =
        |node: &crate::state::NodeState| TableEntry::new(&node.slug, &node.task, node.made.unwrap_or(UNSAID));
    records.push(Record::Table(state.nodes.iter().map(entry).collect()));
    records.push(Record::Opened(Opened { slice: head.slice }));
    for (place, node) in (0..).zip(&state.nodes) {
        records.push(Record::Node(Box::new(NodeRecord::new(place, node))));
    }
    let mut journal = frame::header().to_vec();
    for record in &records {
        frame::append(&mut journal, |to| record.encode(to)).ok()?;
    }
    Some(journal)
}
