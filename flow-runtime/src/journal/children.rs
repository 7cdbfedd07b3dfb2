//! The children of one `for` by themselves: what a published state says of them where no journal has them. A journal of two
//! records and one for each child, without a run: their table of one node, and then as any journal tells them.

use super::JournalError;
use super::frame::{self, Frames};
use super::record::{Record, TableEntry};
use super::replay::Fold;
use super::snapshot::append_children;
use crate::state::{RecordedChildren, Signature};

/// The name under which they stand in their own table.
const NAME: &str = "children";

/// The children, as bytes that [`read_children`] reads.
pub(crate) fn children(of: &RecordedChildren, made: Signature) -> Vec<u8> {
    let mut bytes = frame::header().to_vec();
    let mut append = |record: &Record| {
        // A record that cannot be written would make the journal longer than memory.
        let _ = frame::append(&mut bytes, |to| record.encode(to));
    };
    append(&Record::Table(vec![TableEntry::new(NAME, "", made)]));
    append_children(0, of, &mut append);
    bytes
}

/// Reads them again.
///
/// # Errors
///
/// If the bytes are none, are cut short, or make no sense.
pub(crate) fn read_children(bytes: &[u8]) -> Result<RecordedChildren, JournalError> {
    let mut frames = Frames::new(bytes)?;
    let mut fold = Fold::default();
    for (number, payload) in (1..).zip(frames.by_ref()) {
        let told = Record::decode(payload).and_then(|record| fold.take(record));
        told.map_err(|what| JournalError::Record { number, what })?;
    }
    if frames.end() < bytes.len() {
        return Err(JournalError::Damaged);
    }
    fold.only_children().ok_or(JournalError::Empty)
}

#[cfg(test)]
mod tests {
    use super::{children, read_children};
    use crate::digest::Digest;
    use crate::state::{NodeState, RecordedChild, RecordedChildren, Signature, State, StateType};

    #[test]
    fn children_are_read_as_they_were_written() {
        let child = |key: Option<&str>, kind: StateType| {
            let mut state = NodeState::pending("", "");
            state.state = State::new(kind, "why");
            RecordedChild {
                key: key.map(str::to_owned),
                state,
            }
        };
        let made = Signature::from_bytes([7; 12]);
        let of = RecordedChildren {
            total: 4,
            digest: Some(Digest::of(b"items").into()),
            states: [
                (0, child(Some("a"), StateType::Failed)),
                (3, child(Some("d"), StateType::Pending)),
            ]
            .into(),
            earlier: vec![child(Some("gone"), StateType::Skipped)],
            made: Some(made),
            is_recorded: false,
        };
        let bytes = children(&of, made);
        assert_eq!(read_children(&bytes).unwrap(), of);
        for end in 0..bytes.len() {
            // Between two records it is whole, and has fewer: the digest beside it tells.
            let read = read_children(&bytes[..end]);
            assert!(read.is_err() || read.is_ok_and(|read| read != of), "cut at {end}");
        }
    }
}
