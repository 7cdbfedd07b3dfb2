//! A directory with a store, commands that are given to the program there, and what its bodies have said.

use std::ffi::OsStr;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use flow_runtime::state::RunState;
use flow_runtime::{Runner, RunsError, StateType};
use tempfile::TempDir;

use crate::side;

/// What a test returns.
pub(crate) type Tested<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Longer than anything here takes on the slowest machine.
pub(crate) const LONG: Duration = Duration::from_mins(2);

/// A directory with a store.
pub(crate) struct Place {
    directory: TempDir,
}

/// A body that has run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) run: String,
    pub(crate) node: String,
    pub(crate) attempt: u32,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Its exit code; 128 and the signal's number where a signal ended it.
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> std::io::Result<Self> {
        // In memory, where the system has such a place: a store of its own for each test.
        let directory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())?;
        Ok(Self { directory })
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// A file in the store.
    pub(crate) fn stored(&self, file: &str) -> Option<String> {
        std::fs::read_to_string(self.root().join(file)).ok()
    }

    /// The store.
    pub(crate) fn root(&self) -> PathBuf {
        self.path().join("results")
    }

    /// A command in this directory, whose store is the default one.
    pub(crate) fn command(&self, words: impl IntoIterator<Item: AsRef<OsStr>>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recorded-program"));
        command
            .args(words)
            .current_dir(self.path())
            .env("NO_COLOR", "1")
            .env_remove("FLOW_STORE")
            .env(side::LOG, self.path().join("log"))
            .env(side::WITNESS, self.path().join("witness"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Gives a command, its words in one text, and waits for its end.
    pub(crate) fn give(&self, words: &str) -> Ended {
        ended(self.command(words.split_whitespace()))
    }

    /// The same with standard input.
    pub(crate) fn give_with_input(&self, words: &str, input: &str) -> Ended {
        let mut command = self.command(words.split_whitespace());
        let mut child = command.stdin(Stdio::piped()).spawn().expect("it starts");
        let mut stdin = child.stdin.take().expect("it has an input");
        // Who is refused does not read it.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        Ended::of(&child.wait_with_output().expect("it ends"))
    }

    /// The bodies that have run, in their order.
    pub(crate) fn bodies(&self) -> Vec<Body> {
        let log = std::fs::read_to_string(self.path().join("log")).unwrap_or_default();
        let body = |line: &str| match *line.split(' ').collect::<Vec<_>>() {
            ["run", run, node, attempt, _] => Body {
                run: run.to_owned(),
                node: node.to_owned(),
                attempt: attempt.parse().expect("a number"),
            },
            _ => panic!("a body said: {line}"),
        };
        log.lines().map(body).collect()
    }

    /// The nodes whose bodies have run, in their order.
    pub(crate) fn ran(&self) -> Vec<String> {
        self.bodies().into_iter().map(|body| body.node).collect()
    }

    /// Forgets which bodies have run.
    pub(crate) fn forget(&self) {
        let _ = std::fs::remove_file(self.path().join("log"));
    }

    /// What is recorded of the latest run.
    pub(crate) fn recorded(&self) -> Result<RunState, RunsError> {
        Runner::new().store(self.root()).recorded("latest")
    }

    /// Waits until a body of this node has run.
    pub(crate) fn wait_for(&self, node: &str) {
        let began = Instant::now();
        let line = format!(" {node} ");
        let has_run = || {
            let log = std::fs::read_to_string(self.path().join("log"));
            log.is_ok_and(|log| log.contains(&line))
        };
        while !has_run() {
            assert!(began.elapsed() < LONG, "`{node}` never ran");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Says that a test cannot be made on this machine; that is a failure where `FLOW_SKIPS` is `deny`.
pub(crate) fn skip(why: &str) {
    assert!(std::env::var("FLOW_SKIPS").as_deref() != Ok("deny"), "{why}");
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Gives a command and waits for its end.
pub(crate) fn ended(mut command: Command) -> Ended {
    Ended::of(&command.output().expect("it starts"))
}

/// The end of a command that was started before.
pub(crate) fn end_of(child: Child) -> Ended {
    Ended::of(&child.wait_with_output().expect("it ends"))
}

/// Sends a signal to a process.
pub(crate) fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{name}"), &child.id().to_string()])
        .status();
    assert!(sent.expect("`kill` runs").success());
}

/// The state of a node, in a word.
pub(crate) fn kind(state: &RunState, node: &str) -> StateType {
    state.node(node).expect("the flow has it").state().kind
}

impl Ended {
    fn of(output: &Output) -> Self {
        let code = output.status.code();
        Self {
            code: code.unwrap_or_else(|| 128 + output.status.signal().unwrap_or(0)),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Asserts its exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// Asserts that it said this on standard error, whatever the spaces.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        let plain = plain(&self.err);
        assert!(
            plain.contains(&self::plain(text)),
            "no `{text}` in:\n{}",
            self.err
        );
        self
    }

    /// Asserts that it wrote this on standard output, whatever the spaces.
    #[track_caller]
    pub(crate) fn writes(self, text: &str) -> Self {
        let plain = plain(&self.out);
        assert!(
            plain.contains(&self::plain(text)),
            "no `{text}` in:\n{}",
            self.out
        );
        self
    }

    /// The run state that it wrote: one JSON document, and nothing beside it.
    #[track_caller]
    pub(crate) fn state(&self) -> RunState {
        let mut documents = serde_json::Deserializer::from_str(&self.out).into_iter::<serde_json::Value>();
        let only = documents.next().and_then(Result::ok);
        assert!(
            only.is_some() && documents.next().is_none(),
            "no document, or more: {}",
            self.out
        );
        RunState::from_json(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
