//! Who drives a run, how long it is kept, how its journal is written anew.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::{Timestamp, Zoned};

use super::{Ended, LOCK, Runs, RunsError};
use crate::checkpoint::{Checkpoints, Commit, Content, Identity};
use crate::digest::{Digest, Fingerprint, ShortDigest};
use crate::journal::{
    HeadRecord, JournalError, Log, NodeRecord, Opened, Record, Recorded, Started, TableEntry,
};
use crate::state::{Head, NodeState, ResultPlace, Signature, State, StateType, StoredResult};
use crate::store::{Blocking, BlockingStore as _, LocalStore, StorePath, wait};

const FLOW: &str = "tests::flow";

fn head(run: &str, slice: u32) -> Head {
    let time: Zoned = "2026-11-23T00:00:00+00:00[UTC]".parse().unwrap();
    Head {
        flow: FLOW.to_owned(),
        fingerprint: Digest::of(b"flow").into(),
        run_id: run.to_owned(),
        slice,
        started: time.timestamp(),
        asked: time.to_string(),
        time,
        params: Vec::new(),
        extra: serde_json::Map::new(),
        minor: 0,
    }
}

pub(crate) fn success(bytes: &[u8]) -> NodeState {
    let mut state = NodeState::pending("", "");
    state.state = State::new(StateType::Success, "");
    state.tries.attempts = 1;
    state.result = Some(StoredResult {
        digest: Some(ShortDigest::from(Digest::of(bytes))),
        place: ResultPlace::Inline(bytes.to_vec()),
    });
    state
}

pub(crate) fn begin(log: &Log, run: &str, nodes: usize) {
    log.append(&Record::Head(HeadRecord::new(&head(run, 0))));
    let made = Signature::from_bytes([7; 12]);
    let entry = |node: usize| TableEntry::new(&format!("n{node}"), "task", made);
    log.append(&Record::Table((0..nodes).map(entry).collect()));
    log.append(&Record::Opened(Opened { slice: 1 }));
}

pub(crate) fn started(node: u32, attempt: u32) -> Record {
    Record::Started(Started {
        node,
        child: None,
        attempt,
    })
}

pub(crate) fn ended(node: u32, bytes: &[u8]) -> Record {
    Record::Node(Box::new(NodeRecord::new(node, &success(bytes))))
}

pub(crate) fn finished() -> Ended {
    Ended {
        flow: FLOW.to_owned(),
        state: "Success".to_owned(),
        at: Timestamp::UNIX_EPOCH,
    }
}

/// That a node is to be done again.
pub(crate) fn pending(node: u32) -> Record {
    Record::Node(Box::new(NodeRecord::new(node, &NodeState::pending("", ""))))
}

#[test]
fn one_process_drives_a_run_and_the_second_is_told_who() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::new(root.path());
    let (first, recorded) = runs.drive("r1", false).unwrap();
    assert!(recorded.is_none());
    let Err(RunsError::Held { holder, .. }) = runs.drive("r1", false) else {
        panic!("two drive it");
    };
    assert_eq!(holder.process, Some(std::process::id()));
    assert!(!holder.host.is_empty());
    assert_eq!(runs.holder("r1"), Some(holder));
    drop(first);
    assert_eq!(runs.holder("r1"), None);
    assert!(runs.drive("r1", false).is_ok());
}

#[test]
fn who_only_asks_keeps_nobody_from_driving() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::new(root.path());
    drop(runs.drive("r1", false).unwrap());
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    // Who is asked about has said who they are.
                    assert!(runs.holder("r1").is_none_or(|holder| holder.process.is_some()));
                }
            });
        }
        let driven = (0..60).try_for_each(|_| runs.drive("r1", false).map(drop));
        over.store(true, Ordering::Relaxed);
        driven.expect("nobody else drives it");
    });
}

#[test]
fn a_run_is_found_by_the_start_of_its_id() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::new(root.path());
    assert!(matches!(runs.find("latest"), Err(RunsError::None)));
    for run in ["a1", "a2", "a22", "b1"] {
        begin(&runs.drive(run, false).unwrap().0.log, run, 1);
    }
    assert_eq!(runs.find("latest").unwrap(), "b1");
    assert_eq!(runs.find("b").unwrap(), "b1");
    assert_eq!(runs.find("a2").unwrap(), "a2");
    assert!(matches!(runs.find("a"), Err(RunsError::Ambiguous { meant, .. }) if meant.len() == 3));
    for unknown in ["c", "", "../x", "a1/.."] {
        assert!(
            matches!(runs.find(unknown), Err(RunsError::Unknown { .. })),
            "{unknown}"
        );
        assert!(runs.read(unknown).is_err(), "{unknown}");
    }
    for no_id in ["", "../x", "a1/..", ".", "x y"] {
        assert!(
            matches!(runs.drive(no_id, false), Err(RunsError::Unknown { .. })),
            "{no_id}"
        );
    }
}

#[test]
fn finished_runs_go_but_for_the_newest_and_others_stay() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::new(root.path());
    for run in ["r1", "r2", "r3", "r4", "r5"] {
        let (journalled, _) = runs.drive(run, false).unwrap();
        begin(&journalled.log, run, 1);
        journalled.log.flush().unwrap();
        if run != "r2" {
            journalled.directory.unwrap().end(&finished()).unwrap();
        }
    }
    let held = runs.drive("r1", false).unwrap();
    held.0.directory.as_ref().unwrap().end(&finished()).unwrap();
    let ids = |pruned: Vec<super::prune::Pruned>| pruned.into_iter().map(|run| run.id).collect::<Vec<_>>();
    assert_eq!(ids(runs.prune(Some("other"), 1, false).unwrap()), [""; 0]);
    assert_eq!(ids(runs.prune(Some(FLOW), 1, true).unwrap()), ["r4", "r3"]);
    // One that is pending goes on some day, and one that is driven is not taken away.
    assert_eq!(ids(runs.prune(None, 1, false).unwrap()), ["r4", "r3"]);
    drop(held);
    let left: Vec<String> = runs.list().unwrap().into_iter().map(|known| known.id).collect();
    assert_eq!(left, ["r5", "r2", "r1"]);
}

#[test]
fn a_run_does_not_remove_itself() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::new(root.path());
    // The clock was set back before `r2` started.
    for run in ["r2", "r7", "r8", "r9"] {
        let (journalled, _) = runs.drive(run, false).unwrap();
        begin(&journalled.log, run, 1);
        journalled.log.flush().unwrap();
        journalled.directory.unwrap().end(&finished()).unwrap();
    }
    let ids = || -> Vec<String> { runs.list().unwrap().into_iter().map(|known| known.id).collect() };
    runs.prune_behind("r2", FLOW, 2).unwrap();
    assert_eq!(ids(), ["r9", "r8", "r2"]);
    runs.prune_behind("r2", FLOW, 0).unwrap();
    assert_eq!(ids(), ["r2"]);
}

#[test]
fn a_journal_much_longer_than_what_it_says_is_written_anew() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::new(root.path());
    let journal = root.path().join(".flow/runs/r1/journal");
    let large = vec![9; 4000];
    {
        let (journalled, _) = runs.drive("r1", false).unwrap();
        begin(&journalled.log, "r1", 3);
        for slice in 1..400_u32 {
            journalled.log.append(&Record::Opened(Opened { slice }));
            journalled.log.append(&started(0, slice));
            journalled.log.append(&ended(0, &large));
        }
        journalled.log.append(&ended(1, b"one"));
        journalled.log.append(&started(2, 1));
    }
    dies(root.path(), "r1");
    let long = fs::metadata(&journal).unwrap().len();
    assert!(long > 1_500_000, "{long}");
    let before = runs.read("r1").unwrap();
    drop(runs.drive("r1", false).unwrap());
    assert!(fs::metadata(&journal).unwrap().len() < 10_000);
    assert_same(&before, &runs.read("r1").unwrap());
    // What ran had died: that is told once.
    assert_eq!(before.state.nodes[2].deaths, 1);
}

/// As the process that drove a run leaves its lock when it dies.
fn dies(root: &Path, run: &str) {
    fs::write(root.join(".flow/runs").join(run).join(LOCK), "1 elsewhere\n").unwrap();
}

#[test]
fn who_lets_go_of_a_run_has_not_died_though_it_could_write_no_more() {
    let deaths = |recorded: &Recorded| -> Vec<u32> {
        let nodes = recorded.state.nodes.iter();
        nodes.map(|node| node.deaths).collect()
    };
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::new(root.path());
    {
        let (journalled, _) = runs.drive("r1", false).unwrap();
        begin(&journalled.log, "r1", 2);
        journalled.has_begun().unwrap();
        journalled.log.append(&started(0, 1));
    }
    // Nothing says how it ended.
    let read = runs.read("r1").unwrap();
    assert_eq!(deaths(&read), [0, 0]);
    let state = &read.state.nodes[0];
    assert_eq!(
        (state.state.kind, &*state.state.message),
        (StateType::Pending, "")
    );
    assert_eq!(state.tries.attempts, 1);
    {
        let (journalled, recorded) = runs.drive("r1", false).unwrap();
        assert_eq!(deaths(&recorded.unwrap()), [0, 0]);
        journalled.log.append(&Record::Opened(Opened { slice: 2 }));
        journalled.log.append(&started(0, 2));
    }
    // Nor does what comes later make a death of it.
    dies(root.path(), "r1");
    assert_eq!(deaths(&runs.read("r1").unwrap()), [1, 0]);
    // One whose start is refused has not said so, and takes nothing back.
    for _ in 0..2 {
        let (_, recorded) = runs.drive("r1", false).unwrap();
        assert_eq!(deaths(&recorded.unwrap()), [1, 0]);
    }
    assert_eq!(deaths(&runs.read("r1").unwrap()), [1, 0]);
}

pub(crate) fn assert_same(before: &Recorded, after: &Recorded) {
    assert_eq!(before.state, after.state);
    assert_eq!((&before.told, &before.made), (&after.told, &after.made));
}

#[test]
fn a_torn_end_is_cut_off_before_more_is_written() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::new(root.path());
    let journal = root.path().join(".flow/runs/r1/journal");
    {
        let (journalled, _) = runs.drive("r1", false).unwrap();
        begin(&journalled.log, "r1", 2);
        journalled.log.append(&ended(0, b"one"));
    }
    let mut bytes = fs::read(&journal).unwrap();
    bytes.extend([40, 0, 0, 0, 1, 2, 3]);
    fs::write(&journal, bytes).unwrap();
    {
        let (journalled, recorded) = runs.drive("r1", false).unwrap();
        assert_eq!(recorded.unwrap().torn, 7);
        journalled.log.append(&ended(1, b"two"));
    }
    let after = runs.read("r1").unwrap();
    assert_eq!(after.torn, 0);
    let kinds: Vec<StateType> = after.state.nodes.iter().map(|node| node.state.kind).collect();
    assert_eq!(kinds, [StateType::Success; 2]);
}

#[test]
fn what_nothing_needs_is_garbage() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::new(root.path());
    assert_eq!(runs.garbage(false).unwrap(), []);
    {
        let (journalled, _) = runs.drive("r1", false).unwrap();
        begin(&journalled.log, "r1", 1);
        let mut state = success(b"");
        let path = StorePath::new(".flow/runs/r1/results/0-n0").unwrap();
        state.result = Some(StoredResult {
            digest: None,
            place: ResultPlace::Spilled(path),
        });
        journalled
            .log
            .append(&Record::Node(Box::new(NodeRecord::new(0, &state))));
    }
    let results = root.path().join(".flow/runs/r1/results");
    fs::create_dir_all(&results).unwrap();
    for name in ["0-n0", "1-left"] {
        fs::write(results.join(name), b"bytes").unwrap();
    }
    let garbage = runs.garbage(false).unwrap();
    let found: Vec<(&str, u64)> = garbage.iter().map(|of| (of.path.as_str(), of.bytes)).collect();
    assert_eq!(found, [(".flow/runs/r1/results/1-left", 5)]);
    assert!(results.join("1-left").exists(), "dry by default");
    runs.garbage(true).unwrap();
    assert!(!results.join("1-left").exists() && results.join("0-n0").exists());
}

#[test]
fn the_record_of_a_file_that_somebody_is_about_to_write_is_no_garbage() {
    let root = tempfile::tempdir().unwrap();
    let (store, runs) = (LocalStore::new(root.path()), Runs::new(root.path()));
    let path = StorePath::new("a.txt").unwrap();
    let identity = Identity {
        task: "task".to_owned(),
        version: String::new(),
        output_type: "String".to_owned(),
        codec: "text".to_owned(),
        body: Fingerprint::from_bytes([0; 32]),
        arguments: Vec::new(),
    };
    let commit = Commit {
        path: &path,
        content: Content::Bytes(b"text"),
        identity: &identity,
        run_id: "r1",
        flow: FLOW,
        node: "n0",
        at: Timestamp::UNIX_EPOCH,
    };
    wait(Checkpoints::new(Arc::new(Blocking::new(store.clone()))).commit(commit)).unwrap();
    assert_eq!(runs.garbage(true).unwrap(), []);
    store.delete(&path).unwrap();
    assert_eq!(runs.garbage(false).unwrap().len(), 1);
    let writes = store.try_alone(&path).unwrap();
    assert_eq!(runs.garbage(true).unwrap(), []);
    drop(writes);
    assert_eq!(runs.garbage(true).unwrap().len(), 1);
    assert_eq!(runs.garbage(true).unwrap(), []);
}

#[test]
fn what_a_start_that_failed_leaves_is_swept_by_the_next() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::new(root.path());
    let (held, _) = runs.drive("r1", false).unwrap();
    for (run, journal) in [
        ("r2", &b"flow jou"[..]),
        ("r3", &[0; 5000]),
        ("r4", b"flow journal\x01\0\0\0\x40\0\0\0torn"),
        ("r5", b"not ours"),
    ] {
        drop(runs.drive(run, false).unwrap());
        fs::write(root.path().join(".flow/runs").join(run).join("journal"), journal).unwrap();
    }
    let (said, _) = runs.drive("r6", false).unwrap();
    begin(&said.log, "r6", 1);
    drop(said);
    // It did say something.
    let (damaged, _) = runs.drive("r7", false).unwrap();
    begin(&damaged.log, "r7", 1);
    drop(damaged);
    let journal = root.path().join(".flow/runs/r7/journal");
    let mut bytes = fs::read(&journal).unwrap();
    bytes[40] ^= 1;
    fs::write(&journal, bytes).unwrap();
    assert!(matches!(
        runs.read("r7"),
        Err(RunsError::Journal {
            source: JournalError::Damaged,
            ..
        })
    ));
    drop(runs.make("r8").unwrap());
    let left: Vec<String> = runs.ids().unwrap();
    assert_eq!(left, ["r1", "r5", "r6", "r7", "r8"]);
    drop(held);
}

#[test]
fn a_run_has_ended_until_it_goes_on() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::new(root.path());
    let has_ended = || runs.list().unwrap()[0].ended.is_some();
    let (first, _) = runs.drive("r1", false).unwrap();
    begin(&first.log, "r1", 1);
    first.log.append(&ended(0, b"one"));
    first.log.flush().unwrap();
    first.directory.as_ref().unwrap().end(&finished()).unwrap();
    drop(first);
    assert!(has_ended());
    // A process that reads it, and cannot start.
    drop(runs.drive("r1", false).unwrap());
    assert!(has_ended());
    let file = root.path().join(".flow/runs/r1/ended");
    let before = fs::read(&file).unwrap();
    let (second, _) = runs.drive("r1", false).unwrap();
    second.log.append(&Record::Opened(Opened { slice: 2 }));
    second.log.append(&pending(0));
    second.log.flush().unwrap();
    second.has_begun().unwrap();
    second.has_begun().expect("it is gone already");
    drop(second);
    assert!(!file.exists() && !has_ended());
    // A disk without power may give it back.
    fs::write(&file, before).unwrap();
    assert!(!has_ended());
    assert_eq!(runs.prune(None, 0, false).unwrap(), []);
}

#[test]
fn a_run_that_finished_as_its_process_died_counts_too() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::new(root.path());
    for run in ["r1", "r2", "r3", "r4"] {
        let (journalled, _) = runs.drive(run, false).unwrap();
        begin(&journalled.log, run, 1);
        if run != "r4" {
            journalled.log.append(&ended(0, b"one"));
        }
        journalled.log.flush().unwrap();
        if run == "r2" {
            journalled.directory.unwrap().end(&finished()).unwrap();
        }
    }
    // Nobody knows which nodes this one has.
    let (unsaid, _) = runs.drive("r5", false).unwrap();
    unsaid.log.append(&Record::Head(HeadRecord::new(&head("r5", 0))));
    drop(unsaid);
    let (held, _) = runs.drive("r3", false).unwrap();
    let pruned = |keep, dry| -> Vec<String> {
        let pruned = runs.prune(None, keep, dry).unwrap();
        pruned.into_iter().map(|run| run.id).collect()
    };
    assert_eq!(pruned(0, true), ["r2", "r1"]);
    drop(held);
    assert_eq!(pruned(1, false), ["r2", "r1"]);
    assert_eq!(runs.ids().unwrap(), ["r3", "r4", "r5"]);
}

#[test]
fn who_does_not_let_go_of_the_gate_is_waited_for_only_so_long() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::new(root.path());
    let held = runs.gate().unwrap();
    let error = runs.gate_within(Duration::from_millis(20)).unwrap_err();
    let lock = root.path().join(".flow/runs/lock");
    assert!(
        error.to_string().ends_with(&format!(
            "another run does not let go of it (it holds `{}`)",
            lock.display()
        )),
        "{error}"
    );
    let waits = std::thread::spawn({
        let runs = runs.clone();
        move || runs.gate().map(drop)
    });
    drop(held);
    waits.join().unwrap().unwrap();
}
