//! Errors of the store, which `retries` repeat: a store that fails at each of its operations in turn, and works again.

use core::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{Timestamp, Zoned};

use crate::checkpoint::Spill;
use crate::flow::Start;
use crate::store::failing::FailingStore;
use crate::store::{Blocking, BlockingStore, MemoryStore, Store, StoreErrorKind, StorePath};
use crate::{RunId, StateType, flow, task};

use super::{Core, Force, Info, Keeper, Ready, Settings};

static BODIES: AtomicU32 = AtomicU32::new(0);
/// Bodies are counted in one place.
static ALONE: Mutex<()> = Mutex::new(());

#[task]
fn place() -> String {
    "place".to_owned()
}

#[task(target = "early.txt")]
fn early() -> u32 {
    BODIES.fetch_add(1, SeqCst)
}

#[task(target = "<at>/late.txt")]
fn late(at: &str, of: u32) -> u32 {
    BODIES.fetch_add(1, SeqCst);
    at.chars().map(|_| 1).sum::<u32>() + of
}

#[task(target = "<at>/later.txt", retries = 1)]
async fn later(at: &str, of: u32) -> u32 {
    tokio::task::yield_now().await;
    BODIES.fetch_add(1, SeqCst);
    at.chars().map(|_| 1).sum::<u32>() + of
}

flow! {
    fn patient() -> u32 {
        at = place();
        #[node(retries = 1)]
        a = early();
        #[node(retries = 1)]
        b = late(at, a);
        c = later(at, b);
        c
    }
}

flow! {
    fn impatient() -> u32 {
        a = early();
        a
    }
}

/// Runs a flow; the states of its nodes, and how many bodies ran but for that of `place`.
fn run<S: Start>(flow: S, store: &Arc<Blocking<FailingStore>>) -> (Vec<(StateType, String)>, u32) {
    let (spec, params) = (flow.spec(), Box::new(flow.params()));
    let info = Info::new(
        RunId::now(Timestamp::now()),
        Zoned::now(),
        String::new(),
        Timestamp::now(),
    );
    let shared: Arc<dyn Store> = store.clone();
    let keeper = Keeper::new(
        spec,
        Arc::clone(&shared),
        "memory".to_owned(),
        Spill::passing(shared, info.id.as_str(), None),
        Force::None,
        &*params,
    );
    let core = Arc::new(Core::new(Settings {
        spec,
        params,
        info,
        keeper: Some(keeper),
        readers: None,
        given: Vec::new(),
        children: std::collections::HashMap::new(),
        restored: Vec::new(),
        hooks: Vec::new(),
        limits: Vec::new(),
        purse: None,
        recorder: None,
        remarks: Vec::new(),
        is_published: false,
        most_deaths: 3,
        fail_fast: false,
    }));
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    BODIES.store(0, SeqCst);
    Ready::new(&core, 1, None).expect("threads can be started").run();
    let states = (0..core.len()).map(|node| (core.kind(node), core.state(node).message));
    (states.collect(), BODIES.load(SeqCst))
}

fn failing(
    files: &MemoryStore,
    works: usize,
    fails: usize,
    kind: StoreErrorKind,
) -> Arc<Blocking<FailingStore>> {
    Arc::new(Blocking::new(FailingStore::for_some(
        files.clone(),
        works,
        fails,
        kind,
    )))
}

fn read(files: &MemoryStore, path: &str) -> String {
    let bytes = files
        .get(&StorePath::new(path).expect("a path"))
        .expect("memory does not fail");
    String::from_utf8(bytes.unwrap_or_default()).expect("text")
}

#[test]
fn what_may_pass_is_repeated_and_a_body_that_has_its_result_runs_once() {
    let all = {
        let store = FailingStore::for_some(MemoryStore::new(), 0, 0, StoreErrorKind::Full);
        let asked = store.asked();
        let (states, bodies) = run(patient(), &Arc::new(Blocking::new(store)));
        assert!(
            states.iter().all(|(kind, _)| *kind == StateType::Success),
            "{states:?}"
        );
        assert_eq!(bodies, 3);
        asked.load(SeqCst)
    };
    assert!(all > 10, "{all}");
    for kind in [StoreErrorKind::Full, StoreErrorKind::Busy, StoreErrorKind::Io] {
        for works in 0..all {
            let files = MemoryStore::new();
            let (states, bodies) = run(patient(), &failing(&files, works, 1, kind));
            let good = [StateType::Success, StateType::Cached];
            assert!(
                states.iter().all(|(kind, _)| good.contains(kind)),
                "{works} {kind:?}: {states:?}"
            );
            assert_eq!(bodies, 3, "{works} {kind:?}: {states:?}");
            assert_eq!(
                ["early.txt", "place/late.txt", "place/later.txt"].map(|path| read(&files, path)),
                ["0", "5", "10"]
            );
        }
    }

    // What fails for longer than the retries last, and what does not pass by itself.
    let ends = |fails, kind| {
        let mut ends = Vec::new();
        for works in 0..all {
            let (states, _) = run(patient(), &failing(&MemoryStore::new(), works, fails, kind));
            let failed = states.into_iter().filter(|(kind, _)| *kind == StateType::Failed);
            ends.extend(failed.map(|(_, message)| message));
        }
        assert!(!ends.is_empty(), "{kind:?}");
        ends
    };
    for message in ends(usize::MAX, StoreErrorKind::Full) {
        assert!(
            message.ends_with("there is no space left (attempt 2)"),
            "{message}"
        );
    }
    for kind in [
        StoreErrorKind::NotWritable,
        StoreErrorKind::Blocked,
        StoreErrorKind::Denied,
        StoreErrorKind::Outside,
    ] {
        for message in ends(1, kind) {
            assert!(!message.contains("attempt"), "{message}");
        }
    }

    // Without `retries` nothing is.
    let (states, _) = run(
        impatient(),
        &failing(&MemoryStore::new(), 0, usize::MAX, StoreErrorKind::Full),
    );
    assert_eq!(states[0].0, StateType::Failed, "{states:?}");
    assert!(!states[0].1.contains("attempt"), "{states:?}");
}

#[task(target = "dump.sql", retries = 1)]
fn dump(cx: &crate::Context) -> std::io::Result<crate::OutputFile> {
    let file = cx.output()?;
    std::fs::write(&file, BODIES.fetch_add(1, SeqCst).to_string())?;
    Ok(file)
}

#[task(retries = 1)]
fn spilled(cx: &crate::Context) -> std::io::Result<crate::OutputFile> {
    let file = cx.output()?;
    BODIES.fetch_add(1, SeqCst);
    std::fs::write(&file, "spilled")?;
    Ok(file)
}

#[task(retries = 1)]
fn read_back(dump: &crate::OutputFile, spilled: &crate::OutputFile) -> std::io::Result<String> {
    Ok(std::fs::read_to_string(dump)? + &std::fs::read_to_string(spilled)?)
}

flow! {
    fn of_files() -> String {
        a = dump();
        b = spilled(upstream: [a]);
        c = read_back(a, b);
        c
    }
}

#[test]
fn a_file_that_its_body_has_written_waits_for_a_store_that_works_again() {
    let counting = FailingStore::for_some(MemoryStore::new(), 0, 0, StoreErrorKind::Full);
    let asked = counting.asked();
    run(of_files(), &Arc::new(Blocking::new(counting)));
    let all = asked.load(SeqCst);
    assert!(all > 5, "{all}");
    for kind in [StoreErrorKind::Full, StoreErrorKind::Io] {
        for works in 0..all {
            let files = MemoryStore::new();
            let (states, bodies) = run(of_files(), &failing(&files, works, 1, kind));
            let good = [StateType::Success, StateType::Cached];
            assert!(
                states.iter().all(|(kind, _)| good.contains(kind)),
                "{works} {kind:?}: {states:?}"
            );
            assert_eq!(bodies, 2, "{works} {kind:?}: {states:?}");
            assert_eq!(read(&files, "dump.sql"), "0");
        }
    }
}

#[test]
fn what_makes_no_sense_is_not_repeated() {
    let files = MemoryStore::new();
    let path = StorePath::new("early.txt").expect("a path");
    files.put(&path, b"seven").expect("memory does not fail");
    let (states, _) = run(patient(), &failing(&files, usize::MAX, 0, StoreErrorKind::Io));
    assert_eq!(states[1].0, StateType::Failed);
    assert!(!states[1].1.contains("attempt"), "{states:?}");
    assert_eq!(read(&files, "early.txt"), "seven");
}
