//! The same of files that bodies have written themselves, which are there once.

use std::sync::Arc;

use super::{NEW, OLD, checkpoints, commit, commit_content, look, matches_run, path, place, reason, version};
use crate::checkpoint::{CheckpointError, Checkpoints, Content, MadeBy, OutputFile, Outputs, Verdict};
use crate::store::failing::{Effect, FailingStore};
use crate::store::{Blocking, BlockingStore as _, LocalStore, MemoryStore, Store, wait};

/// A file that a body has written.
fn written(outputs: &Outputs, store: Option<&dyn Store>, bytes: &[u8]) -> OutputFile {
    let made_by = MadeBy { node: 0, attempt: 1 };
    let file = outputs.file(store, "x.json", made_by).unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}

#[test]
fn a_file_of_a_body_is_as_safe_as_bytes_and_is_there_for_another_try() {
    for effect in [Effect::None, Effect::Full] {
        for works in 0.. {
            let store = MemoryStore::new();
            commit(&checkpoints(store.clone()), OLD, &version("old"), "old").unwrap();
            let outputs = Outputs::default();
            let file = written(&outputs, None, NEW);
            let failing = checkpoints(FailingStore::new(store.clone(), works, effect));
            let content = Content::File(&file);
            let ended = commit_content(&failing, content, NEW, &version("new"), "new");
            let made_by = match store.get(&path()).unwrap().as_deref() {
                Some(OLD) => "old",
                Some(NEW) => "new",
                other => panic!("{other:?}"),
            };
            for expected in ["old", "new"] {
                let verdict = look(&store, &version(expected));
                assert_eq!(
                    matches!(verdict, Verdict::Reuse(_)),
                    expected == made_by,
                    "{verdict:?}"
                );
            }
            // The same body's file, once the store works again.
            commit_content(&checkpoints(store.clone()), content, NEW, &version("new"), "new").unwrap();
            assert_eq!(reason(look(&store, &version("new"))), matches_run("new"));
            if ended.is_ok() {
                break;
            }
        }
    }
}

#[test]
fn a_file_that_has_moved_before_the_try_failed_is_not_lost() {
    let directory = tempfile::tempdir().unwrap();
    let blocking = Arc::new(Blocking::new(LocalStore::new(directory.path())));
    let all = Checkpoints::new(blocking.clone());
    let outputs = Outputs::default();
    let file = written(&outputs, Some(&*blocking), NEW);
    let target = directory.path().join(path().as_str());
    let content = Content::File(&file);
    let identity = version("new");
    commit_content(&all, content, NEW, &identity, "new").unwrap();
    assert_eq!(file.path(), target);
    // As where the record could not be written any more.
    std::fs::remove_file(directory.path().join(place().as_str())).unwrap();
    commit_content(&all, content, NEW, &identity, "new").unwrap();
    let found = wait(all.look(&path(), &identity, false)).unwrap();
    assert_eq!(reason(found), matches_run("new"));
    // But what somebody else has put there since is not it.
    std::fs::write(&target, "another run's").unwrap();
    let error = commit_content(&all, content, NEW, &identity, "new").unwrap_err();
    assert!(matches!(error, CheckpointError::Changed { .. }), "{error}");
    std::fs::remove_file(&target).unwrap();
    let error = commit_content(&all, content, NEW, &identity, "new").unwrap_err();
    assert!(matches!(error, CheckpointError::Missing { .. }), "{error}");
}
