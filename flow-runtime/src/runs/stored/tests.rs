//! Runs in a store that fails, is read while it changes, and is overtaken.

use std::fs;
use std::io;
use std::sync::{Arc, Mutex};

use super::StoredRuns;
use crate::journal::{Opened, Record};
use crate::runs::tests::{assert_same, begin, ended, started, success};
use crate::runs::{Runs, RunsError};
use crate::state::StateType;
use crate::store::{
    Blocking, BlockingStore, LocalStore, MemoryStore, Operation, Stat, StoreError, StoreErrorKind, StorePath,
};

fn runs(store: impl BlockingStore + 'static) -> StoredRuns {
    StoredRuns::new(Arc::new(Blocking::new(store)))
}

/// A run of one node that has succeeded, with as many parts as make the next process write a base.
fn long_run(memory: &MemoryStore) {
    let (journalled, _) = runs(memory.clone()).drive("r1").unwrap();
    begin(&journalled.log, "r1", 1);
    journalled.log.append(&ended(0, b"one"));
    for slice in 2..80 {
        journalled.log.append(&Record::Opened(Opened { slice }));
        journalled.log.flush().unwrap();
    }
}

/// A store in which something happens between two operations of another process.
struct Meddled {
    inner: MemoryStore,
    /// What happens before files are listed, or before a part is read.
    before: Mutex<Option<Meddling>>,
}

type Meddling = (bool, Box<dyn FnOnce() + Send>);

impl Meddled {
    fn happens(&self, lists: bool) {
        let happens = self.before.lock().unwrap().take_if(|(at, _)| *at == lists);
        if let Some((_, happens)) = happens {
            happens();
        }
    }
}

impl std::fmt::Debug for Meddled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.inner.fmt(f)
    }
}

impl BlockingStore for Meddled {
    fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError> {
        if path.as_str().contains("/log/") {
            self.happens(false);
        }
        self.inner.get(path)
    }

    fn stat(&self, path: &StorePath) -> Result<Option<Stat>, StoreError> {
        self.inner.stat(path)
    }

    fn put(&self, path: &StorePath, bytes: &[u8]) -> Result<Stat, StoreError> {
        self.inner.put(path, bytes)
    }

    fn put_if_absent(&self, path: &StorePath, bytes: &[u8]) -> Result<bool, StoreError> {
        self.inner.put_if_absent(path, bytes)
    }

    fn list(&self, below: Option<&StorePath>) -> Result<Vec<StorePath>, StoreError> {
        self.happens(true);
        self.inner.list(below)
    }

    fn delete(&self, path: &StorePath) -> Result<bool, StoreError> {
        self.inner.delete(path)
    }

    fn show(&self, path: &StorePath) -> String {
        self.inner.show(path)
    }
}

/// A store that removes nothing.
#[derive(Debug)]
struct Keeps(MemoryStore);

impl BlockingStore for Keeps {
    fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.get(path)
    }

    fn stat(&self, path: &StorePath) -> Result<Option<Stat>, StoreError> {
        self.0.stat(path)
    }

    fn put(&self, path: &StorePath, bytes: &[u8]) -> Result<Stat, StoreError> {
        self.0.put(path, bytes)
    }

    fn put_if_absent(&self, path: &StorePath, bytes: &[u8]) -> Result<bool, StoreError> {
        self.0.put_if_absent(path, bytes)
    }

    fn list(&self, below: Option<&StorePath>) -> Result<Vec<StorePath>, StoreError> {
        self.0.list(below)
    }

    fn delete(&self, path: &StorePath) -> Result<bool, StoreError> {
        Err(StoreError::new(
            StoreErrorKind::Denied,
            Operation::Delete,
            self.show(path),
        ))
    }

    fn show(&self, path: &StorePath) -> String {
        self.0.show(path)
    }
}

#[test]
fn who_reads_while_a_base_is_made_misses_nothing() {
    for lists in [true, false] {
        let memory = MemoryStore::new();
        long_run(&memory);
        let others = runs(memory.clone());
        let base = move || drop(others.drive("r1").unwrap());
        let meddled = Meddled {
            inner: memory,
            before: Mutex::new(Some((lists, Box::new(base)))),
        };
        let recorded = runs(meddled).read("r1").unwrap();
        assert_eq!(recorded.state.nodes[0].state.kind, StateType::Success, "{lists}");
        assert_eq!(recorded.state.slice(), 79, "{lists}");
    }
}

#[test]
fn parts_that_cannot_be_removed_stop_nobody_and_go_later() {
    let memory = MemoryStore::new();
    long_run(&memory);
    let log = StorePath::new(".flow/stored/r1/log").unwrap();
    let parts = || memory.list(Some(&log)).unwrap().len();
    let before = runs(memory.clone()).read("r1").unwrap();
    let keeps = Keeps(memory.clone());
    let (journalled, recorded) = runs(keeps).drive("r1").unwrap();
    assert_eq!(recorded.unwrap().state, before.state);
    assert_eq!(parts(), 78);
    journalled.log.append(&Record::Opened(Opened { slice: 80 }));
    journalled.log.flush().unwrap();
    drop(runs(memory.clone()).drive("r1").unwrap());
    assert_eq!(parts(), 1);
    assert_eq!(runs(memory.clone()).read("r1").unwrap().state.slice(), 80);
}

#[test]
fn who_was_overtaken_finds_out_also_where_its_next_number_is_free_again() {
    let memory = MemoryStore::new();
    let (first, _) = runs(memory.clone()).drive("r1").unwrap();
    begin(&first.log, "r1", 1);
    first.log.flush().unwrap();
    let (second, _) = runs(memory.clone()).drive("r1").unwrap();
    for slice in 2..80 {
        second.log.append(&Record::Opened(Opened { slice }));
        second.log.flush().unwrap();
    }
    // A third one makes a base of it all: the number that the first would write is free.
    drop(runs(memory.clone()).drive("r1").unwrap());
    first.log.append(&ended(0, b"one"));
    let error = first.log.flush().unwrap_err();
    assert_eq!(error.0.kind(), io::ErrorKind::AlreadyExists);
    let recorded = runs(memory).read("r1").unwrap();
    assert_eq!(recorded.state.nodes[0].state.kind, StateType::Pending);
}

#[test]
fn a_store_that_is_no_directory_keeps_runs_in_parts() {
    let memory = MemoryStore::new();
    let runs = StoredRuns::new(Arc::new(Blocking::new(memory.clone())));
    assert!(matches!(runs.read("r1"), Err(RunsError::Unknown { .. })));
    let (journalled, recorded) = runs.drive("r1").unwrap();
    assert!(recorded.is_none());
    begin(&journalled.log, "r1", 3);
    journalled.log.flush().unwrap();
    journalled.log.append(&ended(0, b"one"));
    journalled.log.flush().unwrap();
    // Another process goes on; the first finds its next part taken.
    let (second, recorded) = runs.drive("r1").unwrap();
    assert_eq!(recorded.unwrap().state.nodes[0].state.kind, StateType::Success);
    second.log.append(&Record::Opened(Opened { slice: 2 }));
    second.log.flush().unwrap();
    journalled.log.append(&ended(1, b"two"));
    let error = journalled.log.flush().unwrap_err();
    assert!(matches!(
        journalled.unwritable("r1", &error),
        RunsError::Held { .. }
    ));
    second.log.append(&ended(1, b"mine"));
    second.log.flush().unwrap();
    let read = runs.read("r1").unwrap();
    assert_eq!(read.state.nodes[1].result, success(b"mine").result);
}

#[test]
fn a_log_of_many_parts_becomes_one_base() {
    let memory = MemoryStore::new();
    let runs = StoredRuns::new(Arc::new(Blocking::new(memory.clone())));
    {
        let (journalled, _) = runs.drive("r1").unwrap();
        begin(&journalled.log, "r1", 100);
        for node in 0..90 {
            journalled.log.append(&started(node, 1));
            journalled.log.append(&ended(node, &[7; 10]));
            journalled.log.flush().unwrap();
        }
    }
    let parts = || {
        memory
            .list(Some(&StorePath::new(".flow/stored/r1/log").unwrap()))
            .unwrap()
            .len()
    };
    let before = runs.read("r1").unwrap();
    assert_eq!(parts(), 90);
    let (journalled, recorded) = runs.drive("r1").unwrap();
    assert_same(&before, &recorded.unwrap());
    assert_eq!(parts(), 0);
    assert_same(&before, &runs.read("r1").unwrap());
    journalled.log.append(&ended(95, b"more"));
    journalled.log.flush().unwrap();
    assert_eq!(parts(), 1);
    assert_eq!(
        runs.read("r1").unwrap().state.nodes[95].result,
        success(b"more").result
    );
}

#[cfg(feature = "cli")]
#[test]
fn runs_that_the_store_keeps_itself_are_left_alone_by_those_of_its_directory() {
    let root = tempfile::tempdir().unwrap();
    let stored = StoredRuns::new(Arc::new(Blocking::new(LocalStore::new(root.path()))));
    let (journalled, _) = stored.drive("r1").unwrap();
    begin(&journalled.log, "r1", 1);
    journalled.log.append(&ended(0, b"one"));
    journalled.log.flush().unwrap();
    // What a newer program or another one has put among the runs is nobody's here either.
    let unknown = root.path().join(".flow/runs/r2");
    fs::create_dir_all(unknown.join("results")).unwrap();
    for file in ["anything", "results/0-n0"] {
        fs::write(unknown.join(file), b"bytes").unwrap();
    }
    let runs = Runs::new(root.path());
    drop(runs.make("r3").unwrap());
    #[cfg(feature = "cli")]
    assert_eq!(runs.garbage(true).unwrap(), []);
    assert_eq!(
        stored.read("r1").unwrap().state.nodes[0].state.kind,
        StateType::Success
    );
    assert!(unknown.join("results/0-n0").exists() && !unknown.join("lock").exists());
}
