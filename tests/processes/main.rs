//! Real processes that are signalled, or whose bodies are stuck: the run ends in order and says what happened.
#![cfg(unix)]
#![allow(missing_docs, reason = "a test's name is its documentation")]

mod abort;
mod afterwards;
mod unfinished;

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Longer than anything here takes on the slowest machine.
const LONG: Duration = Duration::from_mins(2);

struct Program {
    child: Child,
    directory: TempDir,
}

/// How a program ended: its exit code and what it said.
struct End {
    code: Option<i32>,
    signal: Option<i32>,
    said: String,
    directory: TempDir,
}

impl Program {
    fn start(flow: &str) -> Self {
        Self::start_of(env!("CARGO_BIN_EXE_signal-program").as_ref(), flow)
    }

    /// Starts a flow of this binary.
    fn start_of(binary: &Path, flow: &str) -> Self {
        Self::start_by(Command::new(binary).args(["run", flow]))
    }

    /// Starts a program by this command.
    fn start_by(command: &mut Command) -> Self {
        Self::start_in(tempfile::tempdir().expect("a temporary directory"), command)
    }

    /// Starts a program where another has been.
    fn start_in(directory: TempDir, command: &mut Command) -> Self {
        let child = command
            .current_dir(&directory)
            .env("NO_COLOR", "1")
            .env_remove("FLOW_STORE")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        Self { child, directory }
    }

    /// Waits until a body has said that it runs.
    fn wait_for(&self, file: &str) {
        let began = Instant::now();
        while !self.directory.path().join(file).exists() {
            assert!(began.elapsed() < LONG, "`{file}` never came");
            sleep(Duration::from_millis(2));
        }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status();
        assert!(sent.expect("`kill` runs").success());
    }

    /// Signals it until it has ended: one that comes while the first is pending is lost.
    fn signal_to_the_end(mut self, name: &str) -> End {
        let began = Instant::now();
        while self.child.try_wait().expect("it can be waited for").is_none() && began.elapsed() < LONG {
            self.signal(name);
            sleep(Duration::from_millis(100));
        }
        self.end()
    }

    fn end(mut self) -> End {
        let began = Instant::now();
        while self.child.try_wait().expect("it can be waited for").is_none() {
            if began.elapsed() > LONG {
                let _ = self.child.kill();
                panic!("it did not end");
            }
            sleep(Duration::from_millis(2));
        }
        let Output { status, stderr, .. } = self.child.wait_with_output().expect("it has ended");
        End {
            code: status.code(),
            signal: status.signal(),
            said: String::from_utf8_lossy(&stderr).into_owned(),
            directory: self.directory,
        }
    }
}

impl End {
    fn says(&self, line: &str) {
        let plain = self.said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(plain.contains(line), "no `{line}` in:\n{}", self.said);
    }

    /// It says which run it leaves and how that goes on, and the nodes are written down as pending: nobody died.
    fn leaves(&self, flow: &str) {
        let runner = flow_runtime::Runner::new().store(self.directory.path().join("results"));
        let state = runner.recorded("latest").expect("it is recorded");
        let id = state.run_id().expect("it has an id");
        self.says(&format!("{flow}: 0 of 2 nodes have finished (run {id})"));
        self.says(&format!(
            "to go on: {} resume {id}",
            env!("CARGO_BIN_EXE_signal-program")
        ));
        let state = state.node("a").expect("it is there").state();
        assert_eq!(state.kind, flow_runtime::StateType::Pending);
        assert!(!state.message.contains("died"), "{}", state.message);
    }

    fn holds(&self, file: &str) -> Option<String> {
        std::fs::read_to_string(self.directory.path().join(Path::new("results")).join(file)).ok()
    }
}

/// Starts a flow and signals it once its first body runs.
fn interrupted(flow: &str, signal: &str) -> End {
    let program = Program::start(flow);
    program.wait_for("started");
    program.signal(signal);
    program.end()
}

#[test]
fn sigint_lets_what_runs_finish_and_starts_nothing_more() {
    for flow in ["ends_well", "ends_well_async"] {
        let end = interrupted(flow, "INT");
        assert_eq!(end.code, Some(130), "{}", end.said);
        end.says("SIGINT: nothing more starts");
        end.says("Success a");
        end.says(&format!("{flow}: Pending in"));
        end.says("1 Success, 1 Pending (run");
        end.says("to go on: ");
        assert!(!end.directory.path().join("next_started").exists());
        assert_eq!(end.holds("next.txt"), None);
        let kept = end
            .holds("patient.txt")
            .or_else(|| end.holds("patient_async.txt"));
        assert_eq!(kept.as_deref(), Some("done all the same"));
    }
}

#[test]
fn sigterm_does_the_same_with_its_own_exit_code() {
    let end = interrupted("ends_well", "TERM");
    assert_eq!(end.code, Some(143), "{}", end.said);
    end.says("SIGTERM: nothing more starts");
    assert_eq!(end.holds("patient.txt").as_deref(), Some("done all the same"));
}

#[test]
fn a_run_that_finishes_all_the_same_is_a_success() {
    let end = interrupted("is_last", "INT");
    assert_eq!(end.code, Some(0), "{}", end.said);
    end.says("is_last: Success in");
}

#[test]
fn a_body_that_fails_after_the_signal_is_pending_again() {
    let end = interrupted("fails_then", "INT");
    assert_eq!(end.code, Some(130), "{}", end.said);
    end.says("Pending a");
    end.says("fails_then: Pending in");
    assert!(!end.said.contains("Failed"), "{}", end.said);
}

#[test]
fn a_second_signal_ends_the_process_at_once() {
    let program = Program::start("hears_nothing");
    program.wait_for("started");
    let end = program.signal_to_the_end("INT");
    assert_eq!(end.code, Some(130), "{}", end.said);
    end.says("SIGINT again: ended at once, and pending again: a");
    end.leaves("hears_nothing");
}

#[test]
fn a_body_that_sits_on_standard_error_cannot_keep_the_process_from_saying_what_it_leaves() {
    let program = Program::start("lets_nobody_speak");
    program.wait_for("started");
    let end = program.signal_to_the_end("TERM");
    assert_eq!(end.code, Some(143), "{}", end.said);
    end.says("SIGTERM: nothing more starts");
    end.says("SIGTERM again: ended at once, and pending again: a");
    end.leaves("lets_nobody_speak");
}

#[test]
fn what_does_not_finish_in_its_grace_is_given_up() {
    let end = interrupted("hears_nothing", "TERM");
    assert_eq!(end.code, Some(143), "{}", end.said);
    end.says("not finished in 10 s, and pending again: a");
    end.leaves("hears_nothing");
}

#[test]
fn a_long_body_is_a_line_now_and_then() {
    let end = Program::start("tells_how_far").end();
    assert_eq!(end.code, Some(0), "{}", end.said);
    let lines: Vec<&str> = end
        .said
        .lines()
        .filter(|line| line.starts_with("Running "))
        .collect();
    // How slow the machine is decides whether the second, or an early one, is due too.
    assert!((1..1000).contains(&lines.len()), "{}", end.said);
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("Running       a ") && line.ends_with(" s  50 %")),
        "{}",
        end.said
    );
}

#[test]
fn bodies_past_their_timeout_do_not_keep_the_process() {
    let end = Program::start("takes_too_long").end();
    assert_eq!(end.code, Some(1), "{}", end.said);
    end.says("TimedOut a");
    end.says("TimedOut b");
    end.says("Success c");
    end.says("took longer than its timeout of 50ms");
}

#[test]
fn a_panic_in_a_drop_ends_nothing() {
    let end = Program::start("drops_badly").end();
    assert_eq!(end.code, Some(0), "{}", end.said);
    end.says("drops_badly: Success in");
    assert_eq!(end.holds("next.txt").as_deref(), Some("looked"));
}
