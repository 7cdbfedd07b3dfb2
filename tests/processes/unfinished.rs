//! Files that bodies write themselves, of which a process has written half when it dies.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::Program;

const BINARY: &str = env!("CARGO_BIN_EXE_signal-program");

/// How many directories and locks lie among the unfinished files.
fn unfinished(directory: &Path) -> usize {
    let entries = fs::read_dir(directory.join("results/.flow/tmp"));
    entries.expect("it is there").count()
}

#[test]
fn half_a_file_of_a_process_that_was_killed_is_no_result_and_goes_with_the_next_run() {
    let program = Program::start("writes_large");
    program.wait_for("started");
    program.signal("KILL");
    let killed = program.end();
    assert_eq!(killed.holds("large.tar.zst"), None);
    assert_eq!(unfinished(killed.directory.path()), 2);

    // While another run writes, what it has written stays, whoever starts.
    fs::remove_file(killed.directory.path().join("started")).expect("it was there");
    let mut command = Command::new(BINARY);
    let again = Program::start_in(killed.directory, command.args(["run", "writes_large"]));
    again.wait_for("started");
    let directory = again.directory.path().to_owned();
    assert_eq!(unfinished(&directory), 2, "what the dead left is gone");
    let other = Command::new(BINARY)
        .args(["run", "is_short"])
        .current_dir(&directory)
        .output();
    assert!(other.expect("it runs").status.success());
    fs::write(directory.join("whole"), "").expect("it can be written");
    let end = again.end();
    assert_eq!(end.code, Some(0), "{}", end.said);
    assert_eq!(end.holds("large.tar.zst").as_deref(), Some("all of it"));
    assert_eq!(end.holds("read.txt").as_deref(), Some("all of it"));
    assert_eq!(unfinished(&directory), 0);
}

#[test]
fn a_file_is_given_on_the_command_line() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    fs::write(directory.path().join("mine.json"), "no JSON").expect("it can be written");
    let given = |file: &str| {
        let arguments = ["run", "writes_large", "--given", &format!("a={file}")];
        let ended = Command::new(BINARY)
            .args(arguments)
            .current_dir(&directory)
            .output();
        ended.expect("it runs")
    };
    let nothing = given("nothing.json");
    let said = String::from_utf8_lossy(&nothing.stderr);
    assert_eq!(nothing.status.code(), Some(2), "{said}");
    assert!(
        said.contains("`--given`: `nothing.json` cannot be read"),
        "{said}"
    );
    assert!(given("mine.json").status.success());
    let results = directory.path().join("results");
    assert_eq!(
        fs::read_to_string(results.join("read.txt")).expect("it is there"),
        "no JSON"
    );
    assert!(!results.join("large.tar.zst").exists());
    assert!(directory.path().join("mine.json").exists());
}
