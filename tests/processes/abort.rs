//! A program built with `panic = "abort"`: it says at its start what a panic does, since nobody can say it afterwards.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{End, Program};

const NOTE: &str = "note: built with `panic = \"abort\"`: a panic ends the process, not its node alone";

/// Builds the program once more, and with it all that it depends on.
fn built() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("abort");
    let status = Command::new(env!("CARGO"))
        .args([
            "build",
            "--quiet",
            "--locked",
            "--offline",
            "-p",
            "flow-tests",
            "--bin",
            "signal-program",
        ])
        .args([
            "--config",
            "profile.dev.panic=\"abort\"",
            "--config",
            "profile.dev.debug=0",
        ])
        .arg("--target-dir")
        .arg(&target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(status.expect("cargo can be started").success());
    target.join("debug/signal-program")
}

fn place(end: &End, text: &str) -> usize {
    let place = end.said.find(text);
    place.unwrap_or_else(|| panic!("no `{text}` in:\n{}", end.said))
}

#[test]
#[ignore = "it builds a program with all its dependencies"]
fn what_a_panic_does_is_said_before_anything_runs() {
    let binary = built();
    let end = Program::start_of(&binary, "panics_once").end();
    assert_eq!(end.code, None, "a signal ends it: {}", end.said);
    assert!(end.directory.path().join("started").exists());
    let said: Vec<&str> = end.said.lines().take(2).collect();
    assert!(said[0].starts_with("panics_once: run "), "{}", end.said);
    assert_eq!(said[1], NOTE);
    assert!(place(&end, NOTE) < place(&end, "all of a sudden"), "{}", end.said);

    // Where nothing panics it is said all the same.
    let end = Program::start_of(&binary, "takes_too_long").end();
    assert_eq!(end.code, Some(1), "{}", end.said);
    assert!(place(&end, NOTE) < place(&end, "TimedOut"), "{}", end.said);
}

#[test]
fn otherwise_a_panic_is_its_nodes_own() {
    let end = Program::start("panics_once").end();
    assert_eq!(end.code, Some(1), "{}", end.said);
    assert!(!end.said.contains(NOTE), "{}", end.said);
    end.says("Failed a");
    end.says("panicked: all of a sudden");
    end.says("Success b");
}
