//! What every store promises, as tests that run against each of them.
//!
//! What only a disk can do wrong (links, permissions, leftovers) is tested beside the local store.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::{Blocking, LocalStore, MemoryStore, Store, StoreErrorKind, StorePath, wait};
use crate::digest::Digest;

fn path(path: &str) -> StorePath {
    StorePath::new(path).unwrap()
}

/// Runs a test against a fresh store of each kind.
fn each_store(test: impl Fn(&dyn Store)) {
    each_patient_store(Duration::from_mins(1), test);
}

/// As [`each_store`]; the stores wait so long for whoever is alone with a file.
fn each_patient_store(patience: Duration, test: impl Fn(&dyn Store)) {
    test(&Blocking::new(MemoryStore::new()).patience(patience));
    let directory = tempfile::tempdir().unwrap();
    test(&Blocking::new(LocalStore::new(directory.path().join("results"))).patience(patience));
}

#[test]
fn what_is_put_is_got() {
    each_store(|store| {
        for bytes in [b"".as_slice(), b"text", &[0, 255, 10, 13], &vec![7; 1 << 20]] {
            for place in ["a.txt", "deep/er/b.bin", ".flow/records/a.txt.json", "ü/…"] {
                let stat = wait(store.put(&path(place), bytes)).unwrap();
                assert_eq!(stat.len, bytes.len() as u64);
                assert_eq!(wait(store.stat(&path(place))).unwrap(), Some(stat), "{place}");
                assert_eq!(wait(store.get(&path(place))).unwrap().as_deref(), Some(bytes));
                assert_eq!(wait(store.digest(&path(place))).unwrap(), Some(Digest::of(bytes)));
            }
        }
    });
}

#[test]
fn a_file_is_taken_as_bytes_are() {
    each_store(|store| {
        let scratch = wait(store.scratch()).unwrap();
        for place in ["new.sql", "deep/er/there.sql"] {
            let target = path(place);
            assert_eq!(wait(store.local_file(&target)).unwrap(), None);
            for bytes in [b"first".as_slice(), b"second, longer"] {
                let file = scratch.path().join("file");
                std::fs::write(&file, bytes).unwrap();
                let stat = wait(store.put_file(&target, &file)).unwrap();
                assert_eq!(wait(store.stat(&target)).unwrap(), Some(stat));
                assert_eq!(wait(store.get(&target)).unwrap().as_deref(), Some(bytes));
                assert_eq!(stat.len, bytes.len() as u64);
                if let Some(local) = wait(store.local_file(&target)).unwrap() {
                    assert_eq!(std::fs::read(local).unwrap(), bytes);
                    assert!(!file.exists(), "it was copied");
                }
            }
        }
        let nothing = scratch.path().join("nothing");
        wait(store.put_file(&path("new.sql"), &nothing)).unwrap_err();
        assert_eq!(
            wait(store.get(&path("new.sql"))).unwrap().as_deref(),
            Some(b"second, longer".as_slice())
        );
        let there = scratch.path().join("file");
        std::fs::write(&there, b"").unwrap();
        let error = wait(store.put_file(&path("deep/er"), &there)).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Blocked, "{error}");
        assert!(there.exists());
        let directory = scratch.path().to_owned();
        drop(scratch);
        assert!(!directory.exists());
    });
}

#[test]
fn what_is_not_there_is_none() {
    each_store(|store| {
        wait(store.put(&path("a/b"), b"")).unwrap();
        for place in ["b", "a/c", "b/c", "b/c/d"] {
            assert_eq!(wait(store.get(&path(place))).unwrap(), None);
            assert_eq!(wait(store.stat(&path(place))).unwrap(), None);
            assert_eq!(wait(store.digest(&path(place))).unwrap(), None);
            assert!(!wait(store.delete(&path(place))).unwrap());
        }
    });
}

#[test]
fn a_version_is_replaced_once() {
    each_store(|store| {
        let place = path("a/b");
        assert_eq!(wait(store.get_version(&place)).unwrap(), None);
        wait(store.put(&place, b"one")).unwrap();
        let (bytes, first) = wait(store.get_version(&place)).unwrap().unwrap();
        assert_eq!(bytes, b"one");
        let second = wait(store.replace(&place, b"two", &first)).unwrap().unwrap();
        assert_eq!(wait(store.replace(&place, b"three", &first)).unwrap(), None);
        assert_eq!(
            wait(store.get_version(&place)).unwrap(),
            Some((b"two".to_vec(), second.clone()))
        );
        wait(store.delete(&place)).unwrap();
        assert_eq!(wait(store.replace(&place, b"four", &second)).unwrap(), None);
        assert_eq!(wait(store.get(&place)).unwrap(), None);
    });
}

#[test]
fn of_several_that_replace_one_version_at_once_one_is_told_the_new_one() {
    each_store(|store| {
        let place = path("counter");
        wait(store.put(&place, b"0")).unwrap();
        let won = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..25 {
                        let (bytes, version) = wait(store.get_version(&place)).unwrap().unwrap();
                        let count: u32 = String::from_utf8(bytes).unwrap().parse().unwrap();
                        let next = (count + 1).to_string();
                        if wait(store.replace(&place, next.as_bytes(), &version))
                            .unwrap()
                            .is_some()
                        {
                            won.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        let count = String::from_utf8(wait(store.get(&place)).unwrap().unwrap()).unwrap();
        // An increment that was told to be written is there, and no other.
        assert_eq!(count, won.load(Ordering::Relaxed).to_string());
    });
}

#[test]
fn put_if_absent_never_replaces() {
    each_store(|store| {
        assert!(wait(store.put_if_absent(&path("a/b"), b"1")).unwrap());
        assert!(!wait(store.put_if_absent(&path("a/b"), b"2")).unwrap());
        assert_eq!(wait(store.get(&path("a/b"))).unwrap(), Some(b"1".to_vec()));
        assert!(wait(store.delete(&path("a/b"))).unwrap());
        assert!(!wait(store.delete(&path("a/b"))).unwrap());
        assert!(wait(store.put_if_absent(&path("a/b"), b"3")).unwrap());
    });
}

#[test]
fn of_many_that_put_if_absent_one_wins() {
    each_store(|store| {
        let barrier = Barrier::new(8);
        let target = path("deep/er/lock");
        let winners: Vec<u8> = thread::scope(|scope| {
            let racers: Vec<_> = (0..8_u8)
                .map(|racer| {
                    let (barrier, target) = (&barrier, &target);
                    scope.spawn(move || {
                        barrier.wait();
                        wait(store.put_if_absent(target, &[racer]))
                            .unwrap()
                            .then_some(racer)
                    })
                })
                .collect();
            racers
                .into_iter()
                .filter_map(|racer| racer.join().unwrap())
                .collect()
        });
        assert_eq!(winners.len(), 1);
        assert_eq!(wait(store.get(&target)).unwrap(), Some(winners));
    });
}

#[test]
fn a_reader_sees_whole_files_while_they_are_replaced() {
    each_store(|store| {
        let target = path("new/file");
        let contents = |n: u8| vec![n; 10_000 + usize::from(n)];
        wait(store.put(&target, &contents(0))).unwrap();
        thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for n in 1..=100 {
                    wait(store.put(&target, &contents(n))).unwrap();
                }
            });
            while !writer.is_finished() {
                let bytes = wait(store.get(&target)).unwrap().unwrap();
                assert_eq!(bytes, contents(bytes[0]));
            }
        });
    });
}

#[test]
fn list_gives_the_files_below_sorted() {
    each_store(|store| {
        let all = [".flow/records/a.json", "a", "b/1", "b/2/x", "b-c", "bc/1"];
        for place in all {
            wait(store.put(&path(place), b"")).unwrap();
        }
        let list = |below: Option<&str>| {
            let below = below.map(path);
            let files = wait(store.list(below.as_ref())).unwrap();
            assert!(files.is_sorted());
            files.iter().map(ToString::to_string).collect::<BTreeSet<_>>()
        };
        let set = |files: &[&str]| files.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        assert_eq!(list(None), set(&all));
        assert_eq!(list(Some("b")), set(&["b/1", "b/2/x"]));
        assert_eq!(list(Some("b/2")), set(&["b/2/x"]));
        assert_eq!(list(Some(".flow/records")), set(&[".flow/records/a.json"]));
        assert_eq!(list(Some("nothing/there")), set(&[]));
    });
}

#[test]
fn nothing_is_a_file_and_a_directory_at_once() {
    each_store(|store| {
        wait(store.put(&path("a/b"), b"1")).unwrap();
        for place in ["a", "a/b/c", "a/b/c/d"] {
            let errors = [
                wait(store.put(&path(place), b"2")).unwrap_err(),
                wait(store.put_if_absent(&path(place), b"2")).unwrap_err(),
                wait(store.get(&path(place))).unwrap_err(),
                wait(store.stat(&path(place))).unwrap_err(),
                wait(store.digest(&path(place))).unwrap_err(),
                wait(store.delete(&path(place))).unwrap_err(),
            ];
            for error in errors {
                assert_eq!(error.kind(), StoreErrorKind::Blocked, "{error}");
            }
        }
        assert_eq!(wait(store.get(&path("a/b"))).unwrap(), Some(b"1".to_vec()));
    });
}

#[test]
fn two_writes_of_one_length_can_be_told_apart() {
    each_store(|store| {
        let first = wait(store.put(&path("a"), b"1")).unwrap();
        thread::sleep(std::time::Duration::from_millis(20));
        let second = wait(store.put(&path("a"), b"2")).unwrap();
        assert_ne!(first, second);
    });
}

#[test]
fn one_at_a_time_is_alone_with_a_file() {
    each_store(|store| {
        let (inside, entered) = (AtomicBool::new(false), AtomicU32::new(0));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let alone = wait(store.alone(&path("a/b.txt"))).unwrap();
                        assert!(!inside.swap(true, Ordering::SeqCst), "two are alone");
                        thread::sleep(Duration::from_millis(1));
                        entered.fetch_add(1, Ordering::SeqCst);
                        inside.store(false, Ordering::SeqCst);
                        drop(alone);
                    }
                });
            }
        });
        assert_eq!(entered.into_inner(), 20);
    });
}

#[test]
fn who_is_alone_keeps_nobody_from_other_files() {
    each_patient_store(Duration::ZERO, |store| {
        let places: Vec<_> = (0..64).map(|n| path(&format!("{n}.txt"))).collect();
        let held: Vec<_> = places
            .iter()
            .map(|place| wait(store.alone(place)).unwrap().unwrap())
            .collect();
        assert_eq!(held.len(), 64);
    });
}

#[test]
fn waiting_ends_with_an_error_when_nobody_lets_go_and_with_success_when_they_do() {
    each_patient_store(Duration::from_millis(50), |store| {
        let alone = wait(store.alone(&path("a"))).unwrap().unwrap();
        let start = Instant::now();
        let error = wait(store.alone(&path("a"))).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Busy, "{error}");
        assert!(start.elapsed() >= Duration::from_millis(50));
        drop(alone);
        assert!(wait(store.alone(&path("a"))).unwrap().is_some());
    });
}
