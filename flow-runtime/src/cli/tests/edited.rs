//! A flow is edited while its run is under way: `run` starts anew and says why, `resume` and `slice` refuse.

use std::fs;
use std::path::Path;

use super::fixture::{Ended, given_to};
use crate::cli::Exit::{CallAgain, Success, WrongUse};
use crate::flow::Flow;
use crate::registry::{Registration, registered};
use crate::{flow, task};

#[task]
fn rows() -> Vec<u32> {
    vec![1, 2, 3]
}

#[task]
fn sum(rows: &[u32]) -> u32 {
    rows.iter().sum()
}

/// Two flows of one path are told apart by what they are.
fn version<F: Flow>() -> &'static Registration {
    let mut flows = registered().into_iter();
    let flow = flows.find(|flow| core::ptr::eq(flow.spec, F::SPEC));
    flow.expect("it is registered")
}

fn given(flow: &'static Registration, store: &Path, words: &[&str]) -> Ended {
    let store = store.to_str().unwrap();
    let mut all = words.to_vec();
    all.extend(["--store", store]);
    given_to(&[flow], &all, false)
}

/// A run of which `tasks` nodes have ended, then the edited flow.
fn edited<Then: Flow, Now: Flow>(tasks: &str) -> (tempfile::TempDir, Ended, Ended, Ended) {
    let dir = tempfile::tempdir().unwrap();
    let begun = given(version::<Then>(), dir.path(), &["run", "--max-tasks", tasks]);
    assert_eq!(begun.exit, CallAgain, "{}", begun.err);
    let status = given(version::<Then>(), dir.path(), &["status", "--json"]);
    let file = dir.path().join("state.json");
    fs::write(&file, status.out).unwrap();
    let from = file.to_str().unwrap();
    let resumed = given(version::<Now>(), dir.path(), &["resume"]);
    let sliced = given(
        version::<Now>(),
        dir.path(),
        &["slice", "--state-in", from, "--state-out", from],
    );
    let run = given(version::<Now>(), dir.path(), &["run"]);
    (dir, resumed, sliced, run)
}

#[test]
fn what_fits_goes_on() {
    flow! { fn sums() { a = rows(); b = sum(a); c = sum(&[*b]); } }
    let then = version::<sums>();
    {
        flow! { fn sums() { a = rows(); b = sum(a); c = sum(&[*b], upstream: [a]); d = rows(); } }
        let now = version::<sums>();
        assert_eq!(then.spec.path(), now.spec.path());
        let dir = tempfile::tempdir().unwrap();
        given(then, dir.path(), &["run", "--max-tasks", "2"]);
        let ended = given(now, dir.path(), &["run"]);
        assert_eq!(ended.exit, Success, "{}", ended.err);
        assert!(
            ended.err.contains("goes on") && ended.err.contains("2 of"),
            "{}",
            ended.err
        );
    }
}

#[test]
fn what_does_not_fit_starts_anew_and_says_why() {
    flow! { fn sums() { a = rows(); b = sum(a); c = sum(&[*b]); } }
    type Then = sums;
    {
        flow! { fn sums() { a = rows(); total = sum(a); c = sum(&[*total]); } }
        let (_dir, resumed, sliced, run) = edited::<Then, sums>("1");
        let why = "has no node `b`, which the run state has";
        for refused in [resumed, sliced] {
            assert_eq!((refused.exit, &*refused.out), (WrongUse, ""), "{}", refused.err);
            assert!(refused.err.contains(why), "{}", refused.err);
            assert!(
                refused
                    .err
                    .contains("to go on: go on with the program that wrote the state, or start a new run"),
                "{}",
                refused.err
            );
        }
        assert_eq!(run.exit, Success, "{}", run.err);
        assert!(
            run.err.contains("cannot go on (") && run.err.contains(why),
            "{}",
            run.err
        );
        assert!(run.err.contains("): this is a new one"), "{}", run.err);
    }
    {
        flow! { fn sums() { a = rows(); b = sum(&[1]); c = sum(&[*b]); } }
        let (_dir, resumed, _, run) = edited::<Then, sums>("2");
        let why = "node `b` of flow `flow_runtime::cli::tests::edited::sums` has a result in the run state, but the nodes \
                   whose results it takes are another now";
        assert!(resumed.err.contains(why), "{}", resumed.err);
        assert!(run.err.contains(why) && run.exit == Success, "{}", run.err);
        // Where it has made nothing yet, the run goes on.
        let (_dir, resumed, _, _) = edited::<Then, sums>("1");
        assert_eq!(resumed.exit, Success, "{}", resumed.err);
    }
}

#[test]
fn with_other_parameters_it_is_another_run() {
    flow! { fn sums(limit: u32 = 3) { a = rows(); b = sum(a); c = sum(&[limit]); } }
    type Then = sums;
    {
        flow! { fn sums(limit: u32 = 3, most: u32 = 7) { a = rows(); b = sum(a); c = sum(&[limit, most]); } }
        let (_dir, resumed, _, run) = edited::<Then, sums>("1");
        // The run that is named goes on with the default; a run with these parameters there was none.
        assert_eq!(resumed.exit, Success, "{}", resumed.err);
        assert_eq!(run.exit, Success, "{}", run.err);
        assert!(!run.err.contains("goes on"), "{}", run.err);
        let dir = tempfile::tempdir().unwrap();
        given(version::<Then>(), dir.path(), &["run", "--max-tasks", "1"]);
        let run = given(version::<sums>(), dir.path(), &["run"]);
        let why = "has the parameters `limit`, and the flow has `limit`, `most`: this is a new one";
        assert!(run.err.contains(why), "{}", run.err);
    }
    {
        flow! { fn sums() { a = rows(); b = sum(a); c = sum(&[3]); } }
        let (_dir, resumed, _, run) = edited::<Then, sums>("1");
        assert_eq!(resumed.exit, WrongUse);
        assert!(
            resumed
                .err
                .contains("has no parameter `limit`, which the run state has"),
            "{}",
            resumed.err
        );
        assert_eq!(run.exit, Success, "{}", run.err);
        let why = "has the parameters `limit`, and the flow has none: this is a new one";
        assert!(run.err.contains(why), "{}", run.err);
    }
    {
        // Another value is another run, and nothing to wonder about.
        let dir = tempfile::tempdir().unwrap();
        given(version::<Then>(), dir.path(), &["run", "--max-tasks", "1"]);
        let run = given(version::<Then>(), dir.path(), &["run", "--limit", "4"]);
        assert!(!run.err.contains("a new one"), "{}", run.err);
    }
}
