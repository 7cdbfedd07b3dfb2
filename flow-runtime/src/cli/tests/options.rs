//! What the options of a run and the program's own runner come to, and which of them wins.

use std::sync::{Arc, Mutex};

use super::check;
use super::fixture::{Ended, given_with, registration, run_in};
use crate::cli::Exit::{Success, Unpublished, Unsuccessful, WrongUse};
use crate::{NodeInfo, Runner, State};

const QUERIES: &[&str] = &["tagged::queries"];
const FAILS_FIRST: &[&str] = &["tagged::fails_first"];

/// Gives a command to a flow of a program with this runner.
fn with(runner: &Runner, path: &str, words: &[&str]) -> Ended {
    given_with(runner, &[registration(path)], words, false)
}

#[test]
fn at_most_so_many_nodes_with_a_tag_run_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let ended = run_in(
        dir.path(),
        QUERIES,
        &["-j8", "--at-most", "db=1", "--at-most=disk=4"],
    );
    assert_eq!(ended.exit, Success, "{}", ended.err);
    assert!(ended.err.contains(": 4 Success (run 20"), "{}", ended.err);
}

#[test]
fn a_limit_that_limits_nothing_is_refused() {
    const EXPECTED: &str = "a tag and a number are expected, such as db=2";
    const NUMBER: &str = "a number from 1 up is expected behind `db=`";
    let table: [(&'static [&'static str], &'static [&'static str]); 7] = [
        (&["run", "--at-most", "db"], &["'--at-most <TAG=N>'", EXPECTED]),
        (&["run", "--at-most", "=2"], &[EXPECTED]),
        (&["run", "--at-most", "db=0"], &[NUMBER]),
        (&["resume", "--at-most", "db=many"], &[NUMBER]),
        (
            &["run", "--at-most", "bd=2"],
            &["`--at-most`: no node of flow `queries` has the tag `bd`; did you mean `db`?"],
        ),
        (
            &["slice", "--at-most", "network=2", "--state-in", "/dev/null"],
            &["has the tag `network`; its tags are db, disk"],
        ),
        (&["run", "--at-most"], &["a value is required"]),
    ];
    for (words, said) in table {
        check(&[(QUERIES, words, WrongUse, &[], said)]);
    }
    check(&[(
        &["failing::weekly"],
        &["run", "--at-most", "db=2"],
        WrongUse,
        &[],
        &["none of its nodes has a tag"],
    )]);
}

#[test]
fn fail_fast_ends_the_run_with_its_first_failure() {
    let dir = tempfile::tempdir().unwrap();
    let cancelled = "`a` is Failed, and the run fails fast";
    let ended = run_in(dir.path(), FAILS_FIRST, &["-j1", "--fail-fast"]);
    assert_eq!(ended.exit, Unsuccessful, "{}", ended.err);
    assert!(ended.err.contains(cancelled), "{}", ended.err);
    let dir = tempfile::tempdir().unwrap();
    let ended = run_in(dir.path(), FAILS_FIRST, &["-j1"]);
    assert!(ended.err.contains("1 Success, 1 Failed"), "{}", ended.err);
    assert!(!ended.err.contains(cancelled), "{}", ended.err);
}

#[test]
fn the_runner_of_the_program_has_its_way_where_the_command_says_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let hears = Arc::clone(&seen);
    let hook = move |node: &NodeInfo<'_>, _: &State, new: &State| {
        hears
            .lock()
            .unwrap()
            .push(format!("{} {}", node.name(), new.kind));
    };
    let own = dir.path().join("own");
    let runner = Runner::new().store(&own).jobs(8).at_most("db", 1).on_state(hook);
    let ended = with(&runner, "tagged::queries", &["run"]);
    assert_eq!(ended.exit, Success, "{}", ended.err);
    assert!(
        ended.err.contains(&format!("store {}", own.display())),
        "{}",
        ended.err
    );
    assert!(seen.lock().unwrap().contains(&"d Success".to_owned()), "{seen:?}");
    // Where it keeps its runs is where the other commands look for them.
    let runs = with(&runner, "tagged::queries", &["runs"]);
    assert_eq!(
        (runs.exit, runs.out.lines().count()),
        (Success, 1),
        "{}",
        runs.out
    );
    let again = with(&runner, "tagged::queries", &["resume"]);
    assert!(
        again.err.contains("4 of 4 nodes have finished before"),
        "{}",
        again.err
    );
    let state = with(&runner, "tagged::queries", &["slice", "--state-in", "/dev/null"]);
    assert_eq!(state.exit, Success, "{}", state.err);
    assert!(state.out.starts_with('{'), "{}", state.out);
}

#[test]
fn the_command_wins_over_the_runner_of_the_program() {
    let dir = tempfile::tempdir().unwrap();
    let (own, other) = (dir.path().join("own"), dir.path().join("other"));
    let runner = Runner::new().store(&own).at_most("db", 8).state_limit(10);
    let words = ["run", "-j8", "--at-most=db=1", "--store", other.to_str().unwrap()];
    let ended = with(&runner, "tagged::queries", &words);
    assert_eq!(ended.exit, Success, "{}", ended.err);
    assert!(other.exists() && !own.exists(), "{}", ended.err);

    let slice = |more: &[&str]| {
        let words = [&["slice", "--state-in", "/dev/null", "--at-most=db=1"], more].concat();
        with(&runner, "tagged::queries", &words)
    };
    let short = slice(&[]);
    assert_eq!(short.exit, Unpublished, "{}", short.err);
    assert!(short.err.contains("cannot be published"), "{}", short.err);
    assert_eq!(slice(&["--state-limit", "100000"]).exit, Success);
}

#[test]
fn a_program_that_runs_in_memory_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let ended = with(&Runner::in_memory(), "failing::weekly", &["run"]);
    assert_eq!(ended.exit, Unsuccessful, "{}", ended.err);
    assert!(ended.err.contains(", in memory\n"), "{}", ended.err);
    let ended = with(&Runner::in_memory(), "failing::weekly", &["resume"]);
    assert_eq!(ended.exit, WrongUse, "{}", ended.err);
    assert!(ended.err.contains("no recorded run"), "{}", ended.err);
    // The command wins here too.
    let words = ["run", "--store", dir.path().to_str().unwrap()];
    with(&Runner::in_memory(), "failing::weekly", &words);
    assert!(dir.path().join("good.txt").exists());
}

#[test]
fn a_store_is_advised_only_where_there_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let words = ["slice", "--state-in", "/dev/null", "--state-limit", "10"];
    let ended = with(&Runner::in_memory(), "tagged::queries", &words);
    assert_eq!(ended.exit, Unpublished, "{}", ended.err);
    assert!(ended.err.contains("run with a store"), "{}", ended.err);
    let ended = with(&Runner::new().store(dir.path()), "tagged::queries", &words);
    assert_eq!(ended.exit, Unpublished, "{}", ended.err);
    assert!(!ended.err.contains("run with a store"), "{}", ended.err);
    assert!(ended.err.contains("raise the limit"), "{}", ended.err);
}
