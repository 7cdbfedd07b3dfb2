//! From records to the run: tables of edited flows, deaths, halts, and which slice has told of what.

use jiff::Timestamp;

use super::super::frame::{self, header};
use super::super::head::HeadRecord;
use super::super::record::{Details, NodeRecord, Opened, Record, Started, TableEntry};
use super::super::snapshot::snapshot;
use super::super::{JournalError, Recorded, Replay, replay};
use crate::hook::PastAttempt;
use crate::state::tests::whole::{digest, head};
use crate::state::{NodeState, ResultPlace, Signature, State, StateType, StoredResult};

struct Journal(Vec<u8>);

impl Journal {
    fn new() -> Self {
        Self(header().to_vec())
    }

    /// One of a run of the nodes `a`, `b` and `c`, in its first slice.
    fn begun() -> Self {
        Self::new().head().table(&["a", "b", "c"]).opened(1)
    }

    fn add(mut self, record: &Record) -> Self {
        frame::append(&mut self.0, |to| record.encode(to)).unwrap();
        self
    }

    fn head(self) -> Self {
        self.add(&Record::Head(HeadRecord::new(&head())))
    }

    fn table(self, slugs: &[&str]) -> Self {
        let entry = |slug: &&str| TableEntry::new(slug, &format!("task_{slug}"), made(slug));
        self.add(&Record::Table(slugs.iter().map(entry).collect()))
    }

    fn opened(self, slice: u32) -> Self {
        self.add(&Record::Opened(Opened { slice }))
    }

    fn started(self, node: u32, attempt: u32) -> Self {
        self.add(&Record::Started(Started {
            node,
            child: None,
            attempt,
        }))
    }

    fn is(self, node: u32, kind: StateType) -> Self {
        let mut state = NodeState::pending("", "");
        state.state = State::new(kind, "");
        state.tries.attempts = 1;
        if kind.has_value() {
            state.result = Some(StoredResult {
                digest: Some(digest("result")),
                place: ResultPlace::Inline(vec![1, 2]),
            });
        }
        self.add(&Record::Node(Box::new(NodeRecord::new(node, &state))))
    }

    fn leaves(self, node: u32, details: &[u8]) -> Self {
        let details = details.to_vec().into();
        self.add(&Record::Details(Details {
            node,
            child: None,
            details,
        }))
    }

    fn halted(self) -> Self {
        self.add(&Record::Halted)
    }

    fn read(&self) -> Recorded {
        replay(&self.0).unwrap()
    }
}

fn made(slug: &str) -> Signature {
    let mut bytes = [b'.'; 12];
    bytes[..slug.len()].copy_from_slice(slug.as_bytes());
    Signature::from_bytes(bytes)
}

fn kinds(recorded: &Recorded) -> Vec<StateType> {
    recorded.state.nodes.iter().map(|node| node.state.kind).collect()
}

fn deaths(recorded: &Recorded) -> Vec<u32> {
    recorded.state.nodes.iter().map(|node| node.deaths).collect()
}

use StateType::{Failed, Pending, Retrying, Success};

/// What a node is after its attempts `first` to `last` have failed.
fn retried(first: u32, last: u32) -> NodeState {
    let mut state = NodeState::pending("", "");
    state.state = State::new(Retrying, "");
    state.tries.attempts = last;
    state.past = (first..=last)
        .map(|number| PastAttempt {
            number,
            ended: Timestamp::UNIX_EPOCH,
            state: State::new(Retrying, format!("no {number}")),
        })
        .collect();
    state
}

#[test]
fn a_record_adds_its_attempts_to_those_before_or_replaces_them() {
    let numbers = |journal: &Journal| {
        let recorded = journal.read();
        let past = recorded.state.nodes[0].past.iter();
        past.map(|attempt| attempt.number).collect::<Vec<_>>()
    };
    let newer = |journal: Journal, count, mut state: NodeState| {
        journal.add(&Record::Node(Box::new(NodeRecord::newer(
            0.into(),
            &mut state,
            count,
        ))))
    };
    let journal = newer(Journal::begun(), 1, retried(1, 1));
    let journal = newer(journal, 2, retried(1, 3));
    assert_eq!(numbers(&journal), [1, 2, 3]);
    // A record that tells of no attempt takes none away.
    let journal = newer(journal, 0, retried(1, 3));
    assert_eq!(numbers(&journal), [1, 2, 3]);
    // More than there are: the oldest are forgotten.
    let journal = newer(journal, 9, retried(5, 6));
    assert_eq!(numbers(&journal), [5, 6]);
    let journal = journal.add(&Record::Node(Box::new(NodeRecord::new(0, &retried(2, 3)))));
    assert_eq!(numbers(&journal), [2, 3]);
    // A node that is tried anew has none.
    let journal = newer(journal, 0, NodeState::pending("", ""));
    assert_eq!(numbers(&journal), [0; 0]);
}

#[test]
fn a_journal_that_says_nothing_yet_is_empty() {
    assert!(matches!(replay(&Journal::new().0), Err(JournalError::Empty)));
    assert!(matches!(
        replay(&Journal::new().opened(1).0),
        Err(JournalError::Empty)
    ));
    assert!(matches!(replay(b""), Err(JournalError::Empty)));
    let recorded = Journal::new().head().read();
    assert_eq!((recorded.state.nodes.len(), recorded.state.slice()), (0, 0));
    assert_eq!(
        JournalError::Empty.advice(),
        "start a new run: nothing of this one was recorded"
    );
}

#[test]
fn the_last_that_is_said_of_a_node_counts() {
    let recorded = Journal::begun()
        .is(0, Failed)
        .is(0, Retrying)
        .started(0, 2)
        .is(0, Success)
        .is(1, Failed)
        .read();
    assert_eq!(kinds(&recorded), [Success, Failed, Pending]);
    let node = &recorded.state.nodes[0];
    assert_eq!(
        (node.slug(), node.task(), node.made),
        ("a", "task_a", Some(made("a")))
    );
    // Only what has a value was made by something.
    assert_eq!(recorded.state.nodes[1].made, None);
    assert_eq!(recorded.made, [made("a"), made("b"), made("c")]);
    assert_eq!(recorded.told, [1, 1, 0]);
}

#[test]
fn what_ran_at_the_end_has_died_with_its_process() {
    let recorded = Journal::begun().started(0, 1).is(0, Success).started(1, 2).read();
    assert_eq!(kinds(&recorded), [Success, Pending, Pending]);
    assert_eq!(deaths(&recorded), [0, 1, 0]);
    let node = &recorded.state.nodes[1];
    assert_eq!(node.tries.attempts, 2);
    assert_eq!(node.state.message, "its process died in attempt 2");
    assert_eq!(recorded.told, [1, 1, 0]);
}

#[test]
fn every_process_that_died_in_a_body_counts_once() {
    let journal = (1..=3).fold(Journal::begun(), |journal, attempt| {
        journal.started(0, attempt).opened(1 + attempt)
    });
    let recorded = journal.read();
    assert_eq!(
        (deaths(&recorded)[0], recorded.state.nodes[0].tries.attempts),
        (3, 3)
    );
    // Another process that reads it anew counts no other ones.
    assert_eq!(deaths(&journal.read())[0], 3);
    assert_eq!(deaths(&journal.started(0, 4).read())[0], 4);
}

#[test]
fn what_is_left_on_purpose_did_not_die() {
    let recorded = Journal::begun()
        .started(0, 1)
        .started(1, 1)
        .is(1, Retrying)
        .halted()
        .read();
    assert_eq!(deaths(&recorded), [0, 0, 0]);
    assert_eq!(kinds(&recorded), [Pending, Retrying, Pending]);
    assert_eq!(
        recorded.state.nodes[0].tries.attempts, 1,
        "it has used an attempt"
    );
}

#[test]
fn a_body_that_starts_anew_takes_its_earlier_result_along_when_it_dies() {
    let recorded = Journal::begun()
        .is(0, Success)
        .is(0, Pending)
        .started(0, 1)
        .read();
    assert_eq!(
        (kinds(&recorded)[0], &recorded.state.nodes[0].result),
        (Pending, &None)
    );
    let recorded = Journal::begun().is(0, Success).started(0, 1).read();
    assert_eq!(
        (kinds(&recorded)[0], &recorded.state.nodes[0].result),
        (Pending, &None)
    );
}

#[test]
fn nodes_keep_what_is_known_of_them_in_the_table_of_an_edited_flow() {
    let journal = Journal::begun().is(0, Success).is(1, Failed).started(2, 1).head();
    let recorded = journal
        .table(&["d", "c", "a"])
        .opened(2)
        .is(0, Success)
        .started(2, 2)
        .read();
    let slugs: Vec<&str> = recorded.state.nodes.iter().map(NodeState::slug).collect();
    assert_eq!(slugs, ["d", "c", "a"]);
    // `c` ran when the first process died; `a` runs again.
    assert_eq!(kinds(&recorded), [Success, Pending, Pending]);
    assert_eq!(deaths(&recorded), [0, 1, 1]);
    assert_eq!(recorded.told, [2, 1, 2]);
    assert_eq!(recorded.made, [made("d"), made("c"), made("a")]);
}

#[test]
fn a_slice_is_told_of_by_its_own_number() {
    let journal = Journal::begun()
        .is(0, Success)
        .opened(2)
        .is(1, Success)
        .opened(5)
        .started(2, 1);
    let recorded = journal.read();
    assert_eq!((&*recorded.told, recorded.state.slice()), (&[1, 2, 5][..], 5));
    // A message that is older than the journal: what it says is told as of its slice, and is no news.
    let journal = journal.opened(3).is(0, Failed).opened(6);
    let recorded = journal.read();
    assert_eq!((&*recorded.told, recorded.state.slice()), (&[3, 2, 5][..], 6));
    // Its process died before it said which slice it was itself.
    let recorded = journal.opened(3).is(0, Failed).read();
    assert_eq!((&*recorded.told, recorded.state.slice()), (&[3, 2, 5][..], 6));
}

#[test]
fn parts_read_one_after_the_other_are_one_journal() {
    let whole = Journal::begun()
        .started(0, 1)
        .is(0, Success)
        .opened(2)
        .started(1, 1);
    let mut parts = Replay::default();
    parts.read(&Journal::begun().started(0, 1).0).unwrap();
    parts
        .read(&Journal::new().is(0, Success).opened(2).started(1, 1).0)
        .unwrap();
    let (one, many) = (whole.read(), parts.end().unwrap());
    assert_eq!(
        (one.state, one.told, one.made),
        (many.state, many.told, many.made)
    );
}

#[test]
fn a_shorter_journal_has_what_the_run_began_with() {
    let long = Journal::new()
        .head()
        .table(&["a", "b", "c"])
        .opened(0)
        .is(1, Success)
        .opened(1);
    let before = long.read();
    assert_eq!(before.told, [0, 0, 0]);
    let after = replay(&snapshot(&before)).unwrap();
    assert_eq!((before.state, before.told), (after.state, after.told));
}

#[test]
fn a_shorter_journal_says_the_same() {
    let long = Journal::begun()
        .started(0, 1)
        .is(0, Retrying)
        .started(0, 2)
        .is(0, Success)
        .opened(2)
        .is(1, Failed)
        .opened(4)
        .started(2, 1)
        .opened(5);
    let before = long.read();
    let short = snapshot(&before);
    let after = replay(&short).unwrap();
    assert_eq!(
        (before.state, before.told, before.made),
        (after.state, after.told, after.made)
    );
    assert!(short.len() < long.0.len());
    assert_eq!(snapshot(&replay(&short).unwrap()), short, "no journal is shorter");
}

#[test]
fn details_of_a_body_that_runs_outlive_its_process() {
    let details = |journal: &Journal| {
        let nodes = journal.read().state.nodes.into_iter();
        nodes
            .map(|node| node.details.unwrap_or_default())
            .collect::<Vec<_>>()
    };
    let journal = Journal::begun().started(0, 1).leaves(0, b"x").leaves(0, b"y");
    assert_eq!(details(&journal), [b"y".as_slice(), b"", b""]);
    assert_eq!(deaths(&journal.read()), [1, 0, 0], "it runs on");
    // What the end of an attempt says counts.
    assert_eq!(details(&journal.is(0, Success)), [b"", b"", b""]);
    // A body that is left may run on until its process ends; one that was never known to run says nothing.
    let left = Journal::begun()
        .started(0, 1)
        .leaves(0, b"x")
        .halted()
        .leaves(0, b"y");
    let left = left.leaves(1, b"z");
    assert_eq!(details(&left), [b"y".as_slice(), b"", b""]);
    assert_eq!(deaths(&left.read()), [0, 0, 0]);
    let ended = Journal::begun().started(0, 1).is(0, Success).leaves(0, b"x");
    assert_eq!(details(&ended), [b"", b"", b""]);
    // The next process leaves its own.
    let next = Journal::begun().started(0, 1).leaves(0, b"x").opened(2);
    assert_eq!(details(&next), [b"x".as_slice(), b"", b""]);
    assert_eq!(
        details(&next.started(0, 2).leaves(0, b"y")),
        [b"y".as_slice(), b"", b""]
    );
}
