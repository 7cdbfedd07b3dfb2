//! The command line from its words to its exit code, on flows that really run.

mod edited;
mod fixture;
mod options;
mod resources;
mod running;
mod wrong_use;

use super::Exit::{self, Success, Unsuccessful, WrongUse};
use super::params::RESERVED;
use super::select::Flows;
use fixture::{Ended, given, given_coloured, registration, unwritable};

const ONE: &[&str] = &["plain::nightly"];
const THREE: &[&str] = &["plain::nightly", "failing::nightly", "failing::weekly"];

/// Flows, words, how they end, what standard output holds, what standard error holds.
type Case = (
    &'static [&'static str],
    &'static [&'static str],
    Exit,
    &'static [&'static str],
    &'static [&'static str],
);

fn check(cases: &[Case]) {
    for (flows, words, exit, out, err) in cases {
        let ended = given(flows, words);
        let Ended {
            out: was_out,
            err: was_err,
            ..
        } = &ended;
        let told = format!("{words:?} of {flows:?}\nstdout: {was_out}\nstderr: {was_err}");
        assert_eq!(ended.exit, *exit, "{told}");
        for (stream, wanted) in [(was_out, out), (was_err, err)] {
            assert_eq!(stream.is_empty(), wanted.is_empty(), "{told}");
            for phrase in *wanted {
                assert!(stream.contains(phrase), "no `{phrase}`: {told}");
            }
        }
    }
}

#[test]
fn a_bare_call_shows_what_there_is_and_runs_nothing() {
    check(&[
        (
            ONE,
            &[],
            Success,
            &[],
            &[
                "one flow",
                "nightly  Nightly report.\n",
                "mine run --day <Date>\n",
                "mine graph\n",
            ],
        ),
        (
            THREE,
            &[],
            Success,
            &[],
            &[
                "3 flows",
                "plain::nightly    Nightly report.",
                "mine run plain::nightly --day <Date>",
            ],
        ),
        (&[], &[], Success, &[], &["no flows", "use the_crate as _;"]),
    ]);
}

#[test]
fn list_names_each_flow_as_run_takes_it() {
    let ended = given(THREE, &["list"]);
    assert_eq!(
        ended.out,
        "plain::nightly    Nightly report.\n\
         failing::nightly  Another of that name.\n\
         weekly            weekly cleaning\n"
    );
    assert_eq!((ended.exit, &*ended.err), (Success, ""));
}

#[test]
fn help_comes_from_docs_and_parameters() {
    let help: &[&str] = &[
        "Nightly report.\n\nOf all rows.\n",
        "--day <Date>          The day to report. (required)",
        "--limit <u32>         At most so many rows. [default: 3]",
        "--dry-run [<bool>]    [default: false]",
        "--max-title <String>  [default: \"rows\"]",
        "--param date=<String>  Shadowed by an option. [default: \"none\"]",
        "--force[=<NODE,...>]",
        "--date <DATE>",
    ];
    check(&[
        (ONE, &["--help"], Success, &["list", "run", "graph"], &[]),
        (ONE, &["run", "--help"], Success, help, &[]),
        (
            ONE,
            &["run", "-h"],
            Success,
            &["Usage: mine run [nightly] --day <Date> [OPTIONS]"],
            &[],
        ),
        (ONE, &["run", "nightly", "--help"], Success, help, &[]),
        (THREE, &["run", "plain::nightly", "--help"], Success, help, &[]),
        (
            THREE,
            &["run", "--help"],
            Success,
            &["plain::nightly    Nightly report.", "weekly"],
            &[],
        ),
        (
            ONE,
            &["run", "-h"],
            Success,
            &["A value is read as its type reads text, else as JSON: '\"text\"'"],
            &[],
        ),
        (ONE, &["graph", "--help"], Success, &["mermaid, dot"], &[]),
        (&[], &["run", "--help"], Success, &["Usage"], &[]),
    ]);
}

#[test]
fn help_before_a_command_is_help_behind_it() {
    for (before, behind) in [
        (&["help"][..], &["--help"][..]),
        (&["help", "list"], &["list", "--help"]),
        (&["help", "run"], &["run", "--help"]),
        (&["help", "run", "weekly"], &["run", "weekly", "--help"]),
    ] {
        let (before, behind) = (given(THREE, before), given(THREE, behind));
        assert_eq!((before.exit, before.out), (Success, behind.out), "{}", before.err);
    }
    check(&[
        (ONE, &["--help"], Success, &["help    Shows the help of"], &[]),
        (
            ONE,
            &["help", "nightly"],
            WrongUse,
            &[],
            &["did you mean `mine run nightly`?"],
        ),
    ]);
}

#[test]
fn a_parameter_without_an_option_of_its_own_says_how_it_is_given() {
    check(&[(
        &["reading::read"],
        &["run", "--help"],
        Success,
        &["Parameters given by --param only:\n  --param _hidden=<u8>"],
        &[],
    )]);
}

#[test]
fn a_flow_has_every_name_that_means_no_other() {
    let all: Vec<_> = THREE.iter().map(|path| registration(path)).collect();
    let flows = Flows::new(&all);
    let names = |path| flows.names(registration(path));
    assert_eq!(
        names("plain::nightly")[..2],
        ["plain::nightly", "fixture::plain::nightly"]
    );
    assert_eq!(names("failing::weekly")[..2], ["weekly", "failing::weekly"]);
    for name in names("failing::weekly") {
        assert!(core::ptr::eq(
            flows.find(Some(&name)).unwrap(),
            registration("failing::weekly")
        ));
    }
}

#[test]
fn every_option_of_run_is_reserved() {
    let command = super::args::command("mine", Flows::new(&[]), None);
    let run = command.find_subcommand("run").unwrap();
    for long in run.get_arguments().filter_map(|arg| arg.get_long()) {
        assert!(RESERVED.contains(&long), "`{long}` could also be a parameter's");
    }
}

#[test]
fn the_grammar_holds_for_every_set_of_flows() {
    for paths in [&[], ONE, THREE] {
        let all: Vec<_> = paths.iter().map(|path| registration(path)).collect();
        let flows = Flows::new(&all);
        for flow in flows.iter().map(Some).chain([None]) {
            super::args::command("mine", flows, flow).debug_assert();
        }
    }
}

#[test]
fn graph_draws_the_flow_on_standard_output() {
    let mermaid = given(THREE, &["graph", "weekly"]);
    assert!(
        mermaid
            .out
            .starts_with("---\ntitle: \"weekly cleaning\"\n---\nflowchart TD\n")
    );
    let dot = given(ONE, &["graph", "--format", "dot"]);
    assert!(dot.out.starts_with("digraph {\n    label=\"nightly\";\n"));
    for drawn in [mermaid, dot] {
        assert_eq!((drawn.exit, &*drawn.err), (Success, ""));
        assert!(drawn.out.ends_with('\n') && !drawn.out.ends_with("\n\n"));
    }
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    use std::io::ErrorKind::{BrokenPipe, StorageFull};
    for words in [&["list"][..], &["graph"], &["--help"]] {
        assert_eq!(unwritable(BrokenPipe, ONE, words), (Success, String::new()));
        let (exit, err) = unwritable(StorageFull, ONE, words);
        assert_eq!(exit, Unsuccessful, "{words:?}");
        assert!(err.contains("standard output cannot be written"), "{err}");
    }
}

#[test]
fn colour_is_used_only_where_it_is_wanted() {
    for words in [&["--help"][..], &["run"], &["grph"], &["run", "--dey"]] {
        let plain = given(ONE, words);
        assert!(
            !plain.out.contains('\u{1b}') && !plain.err.contains('\u{1b}'),
            "{words:?}"
        );
        let coloured = given_coloured(ONE, words, true);
        assert!(
            coloured.out.contains('\u{1b}') || coloured.err.contains('\u{1b}'),
            "{words:?}"
        );
    }
}

#[test]
fn the_help_of_slice_says_how_it_ends() {
    for words in [&["slice", "--help"][..], &["slice", "failing::weekly", "--help"]] {
        let ended = given(THREE, words);
        assert_eq!(ended.exit, Success, "{}", ended.err);
        for line in ["  10       something is left", "  74       it ran, but its state"] {
            assert!(ended.out.contains(line), "{}", ended.out);
        }
    }
    let ended = given(THREE, &["run", "failing::weekly", "--help"]);
    assert!(!ended.out.contains("Exit codes"), "{}", ended.out);
}
