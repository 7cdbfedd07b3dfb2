//! Runs started from the command line: what they say, what they leave, how they exit.

use std::fs;

use super::fixture::{given_coloured, run_in};
use super::{ONE, THREE};
use crate::cli::Exit::{Success, Unsuccessful};

/// The state of a node, and its line.
fn line<'a>(err: &'a str, node: &str) -> (&'a str, &'a str) {
    let found = err.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let state = words.next()?;
        (words.next()? == node).then_some((state, line))
    });
    found.unwrap_or_else(|| panic!("no line of `{node}`: {err}"))
}

#[test]
fn a_node_that_ends_is_a_line_and_a_target_is_reused() {
    let dir = tempfile::tempdir().unwrap();
    let first = run_in(dir.path(), ONE, &["--day", "2026-01-02"]);
    assert_eq!((first.exit, &*first.out), (Success, ""), "{}", first.err);
    let lines: Vec<&str> = first.err.lines().collect();
    assert_eq!(lines.len(), 5, "{}", first.err);
    assert!(lines[0].starts_with("nightly: run 20") && lines[0].contains(" UTC, store "));
    assert_eq!(first.err.matches("store ").count(), 1);
    assert!(lines[4].starts_with("nightly: Success in ") && lines[4].contains(": 3 Success (run 20"));
    assert!(line(&first.err, "rows").1.ends_with("2026-01-02/rows.json"));
    // Aligned: the names start in one column, and so do the remarks.
    for (place, name) in ["rows", "report", "told"].into_iter().enumerate() {
        assert_eq!(lines[place + 1].find(name), Some(14), "{}", first.err);
    }
    assert_eq!(lines[1].find('/'), lines[2].find('/'), "{}", first.err);
    let report = fs::read_to_string(dir.path().join("2026-01-02/report.txt")).unwrap();
    assert_eq!(report, "rows of 2026-01-02: 3 rows");

    let second = run_in(dir.path(), ONE, &["nightly", "--day", "2026-01-02"]);
    assert_eq!(second.exit, Success);
    let (state, cached) = line(&second.err, "report");
    assert_eq!(state, "Cached");
    assert!(cached.contains("report.txt (unchanged since run 20"), "{cached}");
    assert!(second.err.contains(": 3 Cached (run "), "{}", second.err);

    let forced = run_in(dir.path(), ONE, &["--day", "2026-01-02", "--force=report"]);
    assert_eq!(line(&forced.err, "rows").0, "Cached");
    assert_eq!(line(&forced.err, "report").0, "Success");
    let forced = run_in(dir.path(), ONE, &["--force", "nightly", "--day", "2026-01-02"]);
    assert!(forced.err.contains(": 3 Success (run "), "{}", forced.err);
}

#[test]
fn every_way_to_give_a_parameter_gives_it() {
    let day = "--day=2026-01-02";
    for (words, wanted) in [
        (&[day][..], "rows of 2026-01-02: 3 rows false none"),
        (&["--dry-run", day], "rows of 2026-01-02: 3 rows true none"),
        (
            &["--dry-run", "true", day, "nightly"],
            "rows of 2026-01-02: 3 rows true none",
        ),
        (
            &["nightly", "--limit", "2", day, "--max-title", "a b"],
            "a b of 2026-01-02: 2 rows false none",
        ),
        (
            &[
                "--param",
                "day=2026-01-02",
                "--param",
                "max-title=x=y",
                "nightly",
                "--param",
                "limit=1",
            ],
            "x=y of 2026-01-02: 1 rows false none",
        ),
        (
            &[
                day,
                "--param=date=shadowed",
                "--date",
                "2026-03-04",
                "--param",
                "max_title=t",
            ],
            "t of 2026-01-02: 3 rows false shadowed",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let ended = run_in(dir.path(), ONE, words);
        assert_eq!(ended.exit, Success, "{words:?}: {}", ended.err);
        let told = fs::read_to_string(dir.path().join("told.txt")).unwrap();
        assert_eq!(told, wanted, "{words:?}: {}", ended.err);
    }
}

#[test]
fn one_flow_of_several_is_named_anywhere() {
    let day = "--day=2026-01-02";
    for (words, wanted) in [
        (
            &["plain::nightly", day, "--limit", "1"][..],
            "rows of 2026-01-02: 1 rows",
        ),
        (
            &[day, "--limit", "1", "plain::nightly"],
            "rows of 2026-01-02: 1 rows",
        ),
        // A flow's name as a value, before and behind the flow itself.
        (
            &["--max-title", "weekly", "plain::nightly", day],
            "weekly of 2026-01-02: 3 rows",
        ),
        (
            &["fixture::plain::nightly", day, "--max-title", "weekly"],
            "weekly of 2026-01-02: 3 rows",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let ended = run_in(dir.path(), THREE, words);
        assert_eq!(ended.exit, Success, "{words:?}: {}", ended.err);
        let report = fs::read_to_string(dir.path().join("2026-01-02/report.txt")).unwrap();
        assert_eq!(report, wanted, "{words:?}");
    }
}

#[test]
fn the_logical_time_is_what_was_asked_for() {
    for (words, wanted) in [
        (
            &["--date", "2026-03-04"][..],
            "logical time 2026-03-04 00:00:00 UTC,",
        ),
        (
            &["--date=2026-03-04", "--tz", "Europe/Berlin"],
            "logical time 2026-03-04 00:00:00 Europe/Berlin,",
        ),
        (
            &["--date=2026-03-04T05:06:07Z", "--tz=Europe/Berlin"],
            "logical time 2026-03-04 06:06:07 Europe/Berlin,",
        ),
        (
            &["--date=2026-03-04T05:06:07Z[Asia/Tokyo]"],
            "logical time 2026-03-04 14:06:07 Asia/Tokyo,",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let mut all = vec!["--day=2026-01-02", "-j1"];
        all.extend(words);
        let ended = run_in(dir.path(), ONE, &all);
        assert!(ended.err.contains(wanted), "{words:?}: {}", ended.err);
    }
}

#[test]
fn a_failure_is_a_line_and_is_told_in_full_at_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let ended = run_in(dir.path(), &["failing::weekly"], &["--param=x y"]);
    assert_eq!(ended.exit, crate::cli::Exit::WrongUse, "{}", ended.err);

    let ended = run_in(dir.path(), &["failing::weekly"], &[]);
    assert_eq!(ended.exit, Unsuccessful, "{}", ended.err);
    let (state, failed) = line(&ended.err, "second");
    assert_eq!(state, "Failed");
    assert!(failed.ends_with("  no luck\\u{1b}[31m with good ..."), "{failed}");
    let (state, after) = line(&ended.err, "a_node_with_a_long_name");
    assert_eq!(state, "TriggerFailed");
    assert!(after.ends_with("`second` is Failed"), "{after}");
    let (before, full) = ended.err.split_once("\nerror: ").unwrap();
    let wanted = "weekly cleaning: Failed in ";
    assert!(before.contains(wanted) && before.contains("1 Success, 1 Failed, 1 TriggerFailed (run 20"));
    for phrase in [
        "node `second` of flow `weekly cleaning` failed (",
        "fixture.rs:",
        "because: no luck\\u{1b}[31m with good\nat all",
        "blocks: a_node_with_a_long_name",
        "to go on: /usr/bin/mine resume ",
        " --store ",
    ] {
        assert!(full.contains(phrase), "no `{phrase}`: {full}");
    }
    assert!(!ended.err.contains('\u{1b}'));
}

#[test]
fn who_must_give_another_value_is_not_told_to_give_the_same_command() {
    let dir = tempfile::tempdir().unwrap();
    let ended = run_in(dir.path(), &["greeting::greet"], &["--who", &"x".repeat(300)]);
    assert_eq!(ended.exit, Unsuccessful, "{}", ended.err);
    assert!(
        ended.err.contains("to go on: pass another value"),
        "{}",
        ended.err
    );
    assert!(!ended.err.contains("mine resume"), "{}", ended.err);
}

#[test]
fn states_have_colours_on_a_terminal() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().to_str().unwrap();
    let ended = given_coloured(&["failing::weekly"], &["run", "--store", store], true);
    assert!(
        ended.err.contains("\u{1b}[32mSuccess      \u{1b}[0m first "),
        "{:?}",
        ended.err
    );
    assert!(ended.err.contains("no luck\\u{1b}[31m"), "{:?}", ended.err);
}

#[test]
fn an_output_that_cannot_be_read_is_no_success() {
    use super::fixture::changing::CHANGED;

    let dir = tempfile::tempdir().unwrap();
    let flow = &["changing::lonely"];
    assert_eq!(run_in(dir.path(), flow, &[]).exit, Success);
    CHANGED.store(true, core::sync::atomic::Ordering::SeqCst);
    let ended = run_in(dir.path(), flow, &[]);
    assert_eq!(ended.exit, Unsuccessful, "{}", ended.err);
    for word in [
        "succeeded, but",
        "`only`",
        "row.json",
        "Row",
        "missing field `new`",
        "to go on: mend",
    ] {
        assert!(ended.err.contains(word), "`{word}` is not in: {}", ended.err);
    }
}
