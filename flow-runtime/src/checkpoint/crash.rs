//! Commits cut short at every operation, and damaged stores: what a later look makes of them.
//!
//! The process's death is a store whose operations all fail from one on; that a store's own write is whole or not
//! at all is the store's promise and tested there.

mod files;

use std::sync::Arc;
use std::time::Duration;

use super::record::tests::identity;
use super::{CheckpointError, Checkpoints, Codec, Commit, Content, Identity, Progress, Record, RecordError};
use super::{ReuseReason, Staleness, Verdict};
use crate::digest::Digest;
use crate::store::failing::{Effect, FailingStore};
use crate::store::{Blocking, BlockingStore, LocalStore, MemoryStore, Store, StorePath, wait};

const OLD: &[u8] = b"old";
const NEW: &[u8] = b"new";

fn path() -> StorePath {
    StorePath::new("reports/x.json").unwrap()
}

fn place() -> StorePath {
    Record::place(&path()).unwrap()
}

fn version(version: &str) -> Identity {
    Identity {
        version: version.to_owned(),
        ..identity()
    }
}

fn checkpoints(store: impl BlockingStore + 'static) -> Checkpoints {
    Checkpoints::new(Arc::new(Blocking::new(store)))
}

fn commit(
    checkpoints: &Checkpoints,
    bytes: &[u8],
    identity: &Identity,
    run_id: &str,
) -> Result<(), CheckpointError> {
    commit_content(checkpoints, Content::Bytes(bytes), bytes, identity, run_id)
}

fn commit_content(
    checkpoints: &Checkpoints,
    content: Content<'_>,
    bytes: &[u8],
    identity: &Identity,
    run_id: &str,
) -> Result<(), CheckpointError> {
    let path = path();
    let at = "2026-11-23T09:00:00Z".parse().unwrap();
    let commit = Commit {
        path: &path,
        content,
        identity,
        run_id,
        flow: "f",
        node: "n",
        at,
    };
    let committed = wait(checkpoints.commit(commit))?;
    assert_eq!(committed.digest, Digest::of(bytes));
    Ok(())
}

fn look(store: &MemoryStore, identity: &Identity) -> Verdict {
    wait(checkpoints(store.clone()).look(&path(), identity, false)).unwrap()
}

fn reason(verdict: Verdict) -> ReuseReason {
    match verdict {
        Verdict::Reuse(reuse) => reuse.reason,
        other => panic!("expected a reuse: {other:?}"),
    }
}

fn matches_run(run_id: &str) -> ReuseReason {
    ReuseReason::RecordMatches {
        run_id: run_id.to_owned(),
    }
}

/// Commits with a store that dies after each number of operations; `check` is asked about each store that is left.
fn die_everywhere(
    start: impl Fn() -> MemoryStore,
    bytes: &[u8],
    identity: &Identity,
    check: impl Fn(&MemoryStore),
) {
    for effect in [Effect::None, Effect::Full] {
        let mut works = 0;
        loop {
            let store = start();
            let failing = FailingStore::new(store.clone(), works, effect);
            let ended = commit(&checkpoints(failing), bytes, identity, "new");
            check(&store);
            // What settled the store in `check` must not have changed the verdict.
            check(&store);
            if ended.is_ok() {
                break;
            }
            works += 1;
        }
        assert!(
            works >= 4,
            "the commit reads a record and writes an intent, a file and a record"
        );
    }
}

#[test]
fn a_death_during_a_first_commit_leaves_nothing_or_the_new_file_with_its_maker() {
    die_everywhere(MemoryStore::new, NEW, &version("new"), |store| {
        match store.get(&path()).unwrap().as_deref() {
            None => assert_eq!(look(store, &version("new")), Verdict::Missing),
            Some(NEW) => {
                let recorded = wait(checkpoints(store.clone()).record(&path())).unwrap().unwrap();
                let expected = match recorded.state {
                    Progress::Intent => ReuseReason::CrashRecovered {
                        run_id: "new".to_owned(),
                    },
                    Progress::Committed => matches_run("new"),
                };
                assert_eq!(reason(look(store, &version("new"))), expected);
                assert!(matches!(look(store, &version("other")), Verdict::Stale(_)));
            }
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn a_death_while_a_file_is_replaced_leaves_each_file_with_its_own_maker() {
    let start = || {
        let store = MemoryStore::new();
        commit(&checkpoints(store.clone()), OLD, &version("old"), "old").unwrap();
        store
    };
    die_everywhere(start, NEW, &version("new"), |store| {
        match store.get(&path()).unwrap().as_deref() {
            Some(OLD) => {
                assert_eq!(reason(look(store, &version("old"))), matches_run("old"));
                assert!(matches!(look(store, &version("new")), Verdict::Stale(_)));
            }
            Some(NEW) => {
                assert!(matches!(look(store, &version("new")), Verdict::Reuse(_)));
                assert!(matches!(look(store, &version("old")), Verdict::Stale(_)));
            }
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn a_death_after_a_death_is_no_worse() {
    // The first death leaves an intent, over the old file or the new one; the second commit dies anywhere.
    for first_works in 0..5 {
        let start = || {
            let store = MemoryStore::new();
            commit(&checkpoints(store.clone()), OLD, &version("old"), "old").unwrap();
            let dying = FailingStore::new(store.clone(), first_works, Effect::None);
            let _ = commit(&checkpoints(dying), b"middle", &version("middle"), "middle");
            store
        };
        die_everywhere(start, NEW, &version("new"), |store| {
            let made_by = match store.get(&path()).unwrap().as_deref() {
                Some(OLD) => "old",
                Some(b"middle") => "middle",
                Some(NEW) => "new",
                other => panic!("{other:?}"),
            };
            for expected in ["old", "middle", "new"] {
                let verdict = look(store, &version(expected));
                assert_eq!(
                    matches!(verdict, Verdict::Reuse(_)),
                    expected == made_by,
                    "{made_by}: {verdict:?}"
                );
                let by_hand = [ReuseReason::MadeByHand, ReuseReason::ChangedByHand];
                assert!(!matches!(&verdict, Verdict::Reuse(reuse) if by_hand.contains(&reuse.reason)));
            }
        });
    }
}

#[test]
fn new_bytes_like_the_old_ones_belong_to_both_makers_and_the_last_one_is_believed() {
    let start = || {
        let store = MemoryStore::new();
        commit(&checkpoints(store.clone()), OLD, &version("old"), "old").unwrap();
        store
    };
    die_everywhere(start, OLD, &version("new"), |store| {
        let [old, new] =
            ["old", "new"].map(|maker| matches!(look(store, &version(maker)), Verdict::Reuse(_)));
        assert!(old != new, "one of them, and no file made by hand");
    });
}

#[test]
fn a_file_changed_by_hand_is_never_taken_for_a_finished_commit() {
    let start = || {
        let store = MemoryStore::new();
        commit(&checkpoints(store.clone()), OLD, &version("old"), "old").unwrap();
        store.put(&path(), b"mine").unwrap();
        store
    };
    die_everywhere(start, NEW, &version("new"), |store| {
        if store.get(&path()).unwrap().as_deref() == Some(b"mine") {
            assert_eq!(reason(look(store, &version("new"))), ReuseReason::ChangedByHand);
            assert_eq!(reason(look(store, &version("old"))), ReuseReason::ChangedByHand);
        } else {
            assert!(matches!(look(store, &version("old")), Verdict::Stale(_)));
        }
    });
}

#[test]
fn a_look_that_dies_changes_no_verdict() {
    for works in 0..6 {
        for effect in [Effect::None, Effect::Full] {
            let store = MemoryStore::new();
            let dying = FailingStore::new(store.clone(), 3, Effect::None);
            commit(&checkpoints(dying), NEW, &version("new"), "new").unwrap_err();
            let failing = FailingStore::new(store.clone(), works, effect);
            let verdict = wait(checkpoints(failing).look(&path(), &version("new"), false));
            assert!(verdict.is_err() || matches!(verdict, Ok(Verdict::Reuse(_))));
            assert!(matches!(look(&store, &version("new")), Verdict::Reuse(_)));
            assert!(matches!(look(&store, &version("old")), Verdict::Stale(_)));
        }
    }
}

#[test]
fn a_recovered_commit_gets_its_record() {
    let store = MemoryStore::new();
    let dying = FailingStore::new(store.clone(), 3, Effect::None);
    commit(&checkpoints(dying), NEW, &version("new"), "new").unwrap_err();
    let recovered = ReuseReason::CrashRecovered {
        run_id: "new".to_owned(),
    };
    assert_eq!(reason(look(&store, &version("new"))), recovered);
    assert_eq!(reason(look(&store, &version("new"))), matches_run("new"));
}

#[test]
fn bytes_are_hashed_only_when_size_or_time_differ() {
    let store = MemoryStore::new();
    commit(&checkpoints(store.clone()), NEW, &version("new"), "new").unwrap();
    // Three operations: the record, the file's size and time; a hash would be the third.
    let two = |store: &MemoryStore| {
        let failing = FailingStore::new(store.clone(), 2, Effect::None);
        wait(checkpoints(failing).look(&path(), &version("new"), false))
    };
    assert_eq!(reason(two(&store).unwrap()), matches_run("new"));
    // The same bytes at another time: hashed once, then known again.
    store.put(&path(), NEW).unwrap();
    assert!(two(&store).is_err());
    assert_eq!(reason(look(&store, &version("new"))), matches_run("new"));
    assert_eq!(reason(two(&store).unwrap()), matches_run("new"));
}

#[test]
fn force_makes_again_what_is_there_and_reads_none_of_it() {
    let store = MemoryStore::new();
    let forced = |store: &MemoryStore| {
        let failing = FailingStore::new(store.clone(), 2, Effect::None);
        wait(checkpoints(failing).look(&path(), &version("new"), true))
    };
    assert_eq!(forced(&store).unwrap(), Verdict::Missing);
    commit(&checkpoints(store.clone()), NEW, &version("new"), "new").unwrap();
    assert_eq!(forced(&store).unwrap(), Verdict::Stale(vec![Staleness::Forced]));
    store.put(&place(), b"damaged").unwrap();
    assert_eq!(forced(&store).unwrap(), Verdict::Stale(vec![Staleness::Forced]));
}

#[test]
fn a_damaged_record_is_an_error_until_the_file_is_made_anew() {
    let store = MemoryStore::new();
    store.put(&path(), OLD).unwrap();
    store.put(&place(), b"").unwrap();
    let all = checkpoints(store.clone());
    let error = wait(all.look(&path(), &version("new"), false)).unwrap_err();
    let record = ".flow/records/reports.d/x.json.json";
    assert_eq!(
        error.to_string(),
        format!("the record of `reports/x.json` cannot be used: `{record}`")
    );
    let advice = format!(
        "delete `{record}` to keep `reports/x.json` as it is, or delete `reports/x.json` to make it anew"
    );
    assert_eq!(error.advice(), advice);

    store.delete(&path()).unwrap();
    assert_eq!(look(&store, &version("new")), Verdict::Missing);
    commit(&all, NEW, &version("new"), "new").unwrap();
    assert_eq!(reason(look(&store, &version("new"))), matches_run("new"));
}

#[test]
fn a_record_of_a_newer_version_is_never_overwritten() {
    let store = MemoryStore::new();
    store.put(&place(), b"{\"version\": 2}").unwrap();
    let all = checkpoints(store.clone());
    let errors = [
        wait(all.look(&path(), &version("new"), false)).unwrap_err(),
        wait(all.look(&path(), &version("new"), true)).unwrap_err(),
        commit(&all, NEW, &version("new"), "new").unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(
            error,
            CheckpointError::Record {
                source: RecordError::Newer { version: 2 },
                ..
            }
        ));
        assert!(error.advice().starts_with("build this program with a newer flow"));
    }
    assert_eq!(store.get(&place()).unwrap(), Some(b"{\"version\": 2}".to_vec()));
}

#[test]
fn a_file_that_does_not_decode_is_an_error_that_names_file_and_type() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("results");
    let all = checkpoints(LocalStore::new(&root));
    let codec = Codec::json::<Vec<u32>>();
    let error = wait(all.load(&path(), &codec, Some(Digest::of(b"{}").into()))).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("`{}/reports/x.json` is gone", root.display())
    );
    commit(&all, b"{}", &version("new"), "new").unwrap();
    let error = wait(all.load(&path(), &codec, Some(Digest::of(b"{}").into()))).unwrap_err();
    let expected = format!(
        "`{}/reports/x.json` does not hold a `alloc::vec::Vec<u32>` (json)",
        root.display()
    );
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_look_waits_for_a_commit_that_is_halfway_through() {
    let store = MemoryStore::new();
    let whole = MemoryStore::new();
    commit(&checkpoints(whole.clone()), NEW, &version("new"), "new").unwrap();
    let blocking = Blocking::new(store.clone());
    let alone = wait(blocking.alone(&path())).unwrap();
    assert!(alone.is_some());
    // The file is there, its record is not yet: it only looks as if somebody had made it by hand.
    store.put(&path(), NEW).unwrap();
    std::thread::scope(|scope| {
        let looking = scope.spawn(|| look(&store, &version("new")));
        std::thread::sleep(Duration::from_millis(50));
        assert!(!looking.is_finished(), "the other commit is not waited for");
        let record = whole.get(&place()).unwrap().unwrap();
        store.put(&place(), &record).unwrap();
        drop(alone);
        assert_eq!(reason(looking.join().unwrap()), matches_run("new"));
    });
}

#[test]
fn nobody_waits_for_ever_for_a_run_that_is_stopped() {
    let store = MemoryStore::new();
    commit(&checkpoints(store.clone()), OLD, &version("old"), "old").unwrap();
    store.put(&path(), NEW).unwrap();
    let impatient = Blocking::new(store.clone()).patience(Duration::from_millis(20));
    let alone = wait(impatient.alone(&path())).unwrap();
    let all = Checkpoints::new(Arc::new(impatient));
    let errors = [
        wait(all.look(&path(), &version("new"), false)).unwrap_err(),
        commit(&all, NEW, &version("new"), "new").unwrap_err(),
    ];
    for error in errors {
        assert!(error.to_string().contains("another run"), "{error}");
        assert!(error.advice().starts_with("let the other run end"));
    }
    assert_eq!(store.get(&path()).unwrap().as_deref(), Some(NEW));
    drop(alone);
    commit(&all, NEW, &version("new"), "new").unwrap();
}

#[test]
fn what_is_loaded_is_what_was_decided_on() {
    let store = MemoryStore::new();
    let all = checkpoints(store.clone());
    let codec = Codec::json::<u32>();
    store.put(&path(), b"1").unwrap();
    let Verdict::Reuse(reuse) = look(&store, &version("new")) else {
        panic!("a file made by hand is reused");
    };
    assert_eq!(
        wait(all.load(&path(), &codec, Some(reuse.digest.into())))
            .unwrap()
            .downcast_ref(),
        Some(&1_u32)
    );
    // Somebody writes between the look and the load: the digest would be of one value, what depends on it of another.
    store.put(&path(), b"2").unwrap();
    let error = wait(all.load(&path(), &codec, Some(reuse.digest.into()))).unwrap_err();
    assert!(matches!(error, CheckpointError::Changed { .. }), "{error}");
}

#[test]
fn on_a_disk_too_a_second_look_finds_what_was_committed() {
    let directory = tempfile::tempdir().unwrap();
    let all = checkpoints(LocalStore::new(directory.path()));
    commit(&all, OLD, &version("old"), "old").unwrap();
    let found = |expected: &Identity| wait(all.look(&path(), expected, false)).unwrap();
    assert_eq!(reason(found(&version("old"))), matches_run("old"));
    assert_eq!(
        found(&version("new")).to_string(),
        "version changed from `old` to `new`"
    );
    std::fs::write(directory.path().join("reports/x.json"), "by hand").unwrap();
    assert_eq!(reason(found(&version("new"))), ReuseReason::ChangedByHand);
    std::fs::remove_dir_all(directory.path().join(".flow/records")).unwrap();
    assert_eq!(reason(found(&version("new"))), ReuseReason::MadeByHand);
}
