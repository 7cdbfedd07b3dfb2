//! A program that goes on when its command has ended: signals do there what they did before, and nothing of the command is left
//! that could end it.

use std::process::Command;

use super::Program;

const INT: i32 = 2;
const TERM: i32 = 15;

const PROGRAM: &str = env!("CARGO_BIN_EXE_signal-program");

/// A program that goes on for so many seconds. Signals do in it what they do by themselves, also where a shell has started these
/// tests in the background, and has them ignore an interrupt.
fn goes_on(flow: &str, seconds: &str) -> Program {
    Program::start_by(
        Command::new("env")
            .args(["--default-signal=INT,TERM", PROGRAM, "run", flow])
            .env("FLOW_GO_ON", seconds),
    )
}

#[test]
fn the_grace_of_a_run_that_has_ended_ends_nothing() {
    // Longer than the grace.
    let program = goes_on("ends_well", "12");
    program.wait_for("started");
    program.signal("INT");
    let end = program.end();
    assert!(end.directory.path().join("went_on").exists(), "{}", end.said);
    assert_eq!(end.code, Some(130), "{}", end.said);
    end.says("ends_well: Pending in");
    assert!(!end.said.contains("not finished in"), "{}", end.said);
}

#[test]
fn a_signal_ends_the_program_as_it_did_before() {
    for (name, number) in [("INT", INT), ("TERM", TERM)] {
        let program = goes_on("is_short", "600");
        program.wait_for("command_ended");
        program.signal(name);
        let end = program.end();
        assert_eq!((end.code, end.signal), (None, Some(number)), "{}", end.said);
        assert!(!end.said.contains("nothing more starts"), "{}", end.said);
    }
}

#[test]
fn so_does_the_second_where_the_first_has_ended_a_run() {
    let program = goes_on("ends_well", "600");
    program.wait_for("started");
    program.signal("INT");
    program.wait_for("command_ended");
    program.signal("INT");
    let end = program.end();
    assert_eq!((end.code, end.signal), (None, Some(INT)), "{}", end.said);
    assert!(!end.said.contains("again"), "{}", end.said);
}

#[test]
fn a_command_that_starts_nothing_leaves_signals_alone_too() {
    let program = goes_on("is_no_flow", "600");
    program.wait_for("command_ended");
    program.signal("TERM");
    let end = program.end();
    assert_eq!((end.code, end.signal), (None, Some(TERM)), "{}", end.said);
}

#[test]
fn a_signal_that_was_ignored_is_ignored_again() {
    let program = Program::start_by(
        Command::new("sh")
            .args(["-c", "trap '' INT; exec \"$0\" run is_short", PROGRAM])
            .env("FLOW_GO_ON", "600"),
    );
    program.wait_for("command_ended");
    program.signal("INT");
    // Of two that are there at a time the lower one would be first.
    program.signal("TERM");
    let end = program.end();
    assert_eq!((end.code, end.signal), (None, Some(TERM)), "{}", end.said);
}
