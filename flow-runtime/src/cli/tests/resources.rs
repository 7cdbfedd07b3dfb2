//! Resources on the command line: made by the constructors that the flow names, before anything starts.

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::fs;
use std::io::Error;
use std::path::Path;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::fixture::{Ended, given_to};
use crate::cli::Exit::{CallAgain, Success, WrongUse};
use crate::registry::{self, Registration};
use crate::{flow, task};

/// A client of a server that is a task of its runtime, as the connections of a pool are.
struct Server(mpsc::Sender<(u32, oneshot::Sender<u32>)>);

/// How many were made.
static SERVERS: AtomicU32 = AtomicU32::new(0);
/// How many were dropped inside a runtime.
static STOPPED: AtomicU32 = AtomicU32::new(0);

impl Server {
    async fn start() -> Result<Self, Error> {
        tokio::task::yield_now().await;
        SERVERS.fetch_add(1, Ordering::SeqCst);
        let (asks, mut asked) = mpsc::channel::<(u32, oneshot::Sender<u32>)>(1);
        tokio::spawn(async move {
            while let Some((number, answer)) = asked.recv().await {
                let _ = answer.send(2 * number);
            }
        });
        Ok(Self(asks))
    }

    async fn double(&self, number: u32) -> Option<u32> {
        let (answer, answered) = oneshot::channel();
        self.0.send((number, answer)).await.ok()?;
        answered.await.ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if Handle::try_current().is_ok() {
            STOPPED.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[task(retries = 1)]
async fn doubled(#[resource] server: &Server, number: u32) -> Option<u32> {
    server.double(number).await
}

#[task]
fn added(#[resource] step: &[u32], to: Option<u32>) -> u32 {
    to.unwrap_or(0) + step[0]
}

fn one() -> Vec<u32> {
    vec![1]
}

flow! {
    /// Doubles and adds.
    fn doubling(
        /// It doubles.
        #[resource(Server::start)] server: Server,
        number: u32,
        #[resource(one)] step: Vec<u32>,
    ) -> u32 {
        twice = doubled(server, number);
        more = added(step, twice);
        more
    }
}

/// Whether the constructor of `unreachable` fails: of one test.
static IS_DOWN: AtomicBool = AtomicBool::new(false);

struct Host;

#[derive(Debug, thiserror::Error)]
#[error("the host does not answer")]
struct Down(#[source] Error);

fn reach() -> Result<Host, Down> {
    if IS_DOWN.load(Ordering::SeqCst) {
        return Err(Down(Error::other("\u{1b}[31mno route")));
    }
    Ok(Host)
}

#[task]
fn asked(#[resource] host: &Host) -> u32 {
    let Host = host;
    1
}

/// Made before what fails.
struct Spare;

/// How many of them were dropped.
static SPARED: AtomicU32 = AtomicU32::new(0);

impl Drop for Spare {
    fn drop(&mut self) {
        assert!(Handle::try_current().is_ok(), "inside the runtime");
        SPARED.fetch_add(1, Ordering::SeqCst);
        panic!("what is not needed goes off");
    }
}

fn spare() -> Spare {
    Spare
}

flow! {
    fn unreachable(#[resource(spare)] spare: Spare, #[resource(reach)] host: Host) -> u32 {
        answer = asked(host);
        answer
    }
}

async fn panics() -> Host {
    tokio::task::yield_now().await;
    panic!("no such host")
}

flow! {
    fn panicking(#[resource(panics)] host: Host) {
        answer = asked(host);
    }
}

flow! {
    /// Asks a host.
    fn only_from_code(#[resource] host: Host, times: u32) {
        answer = asked(host);
    }
}

/// Gives a command at a store to one of these flows.
fn at(store: &Path, flow: &str, words: &[&str]) -> Ended {
    let store = store.to_str().unwrap();
    let mut all = words.to_vec();
    all.extend(["--store", store]);
    given_to(&[registered(flow)], &all, false)
}

fn registered(flow: &str) -> &'static Registration {
    let path = format!("{}::{flow}", module_path!());
    let mut flows = registry::registered().into_iter();
    flows.find(|flow| flow.spec.path() == path).unwrap()
}

#[test]
fn constructors_make_resources_once_on_the_runtime_of_the_bodies() {
    let dir = tempfile::tempdir().unwrap();
    let made = || (SERVERS.load(Ordering::SeqCst), STOPPED.load(Ordering::SeqCst));
    let begun = at(
        dir.path(),
        "doubling",
        &["run", "--number", "4", "--max-tasks", "1"],
    );
    assert_eq!(begun.exit, CallAgain, "{}", begun.err);
    assert_eq!(made(), (1, 1), "made once, dropped inside the runtime");
    // Which goes on, as another process would: what was made is gone, and made anew.
    let resumed = at(dir.path(), "doubling", &["resume", "--max-time", "1h"]);
    assert_eq!(resumed.exit, Success, "{}", resumed.err);
    let (from, to) = (dir.path().join("state"), dir.path().join("next"));
    let (from, to) = (from.to_str().unwrap(), to.to_str().unwrap());
    fs::write(from, "").unwrap();
    let slice = ["slice", "--state-in", from, "--state-out", to, "--max-tasks", "1"];
    let first = at(dir.path(), "doubling", &[&slice[..], &["--number", "4"]].concat());
    assert_eq!(first.exit, CallAgain, "{}", first.err);
    assert!(!fs::read_to_string(to).unwrap().contains("server"));
    fs::copy(to, from).unwrap();
    let second = at(dir.path(), "doubling", &slice);
    assert_eq!(second.exit, Success, "{}", second.err);
    assert_eq!(made(), (4, 4));
}

#[test]
fn the_command_line_is_not_given_what_a_constructor_makes() {
    let dir = tempfile::tempdir().unwrap();
    let help = at(dir.path(), "doubling", &["run", "--help"]);
    assert!(help.out.contains("--number <u32>"), "{}", help.out);
    for hidden in ["server", "step", "It doubles"] {
        assert!(!help.out.contains(hidden), "{}", help.out);
    }
    let given = at(
        dir.path(),
        "doubling",
        &["run", "--number", "4", "--param", "step=2"],
    );
    assert_eq!(given.exit, WrongUse);
    assert!(
        given
            .err
            .contains("`step` is a resource of flow `doubling`, which `one` makes"),
        "{}",
        given.err
    );
}

#[test]
fn a_constructor_that_fails_is_an_error_before_anything_starts() {
    let dir = tempfile::tempdir().unwrap();
    IS_DOWN.store(true, Ordering::SeqCst);
    let down = at(dir.path(), "unreachable", &["run"]);
    assert_eq!((down.exit, &*down.out), (WrongUse, ""));
    for part in [
        "flow `unreachable` cannot start: its resource `host: Host` could not be made by `reach` (",
        "cli/tests/resources.rs:",
        "the host does not answer",
        "no route",
        "to go on: nothing ran",
    ] {
        assert!(down.err.contains(part), "no `{part}`: {}", down.err);
    }
    assert!(!down.err.contains('\u{1b}'), "{}", down.err);
    assert!(!dir.path().join(".flow/runs").exists(), "no run was begun");
    assert_eq!(
        SPARED.load(Ordering::SeqCst),
        1,
        "what was made before is dropped"
    );
    IS_DOWN.store(false, Ordering::SeqCst);
    let up = at(dir.path(), "unreachable", &["run"]);
    assert_eq!(up.exit, Success, "{}", up.err);
    assert!(!up.err.contains("goes on"), "{}", up.err);
    assert_eq!(SPARED.load(Ordering::SeqCst), 2);
}

#[test]
fn a_constructor_that_panics_is_one_too() {
    let dir = tempfile::tempdir().unwrap();
    let panicked = at(dir.path(), "panicking", &["run"]);
    assert_eq!(panicked.exit, WrongUse);
    for part in [
        "`host: Host` could not be made by `panics`",
        "it panicked: no such host",
    ] {
        assert!(panicked.err.contains(part), "no `{part}`: {}", panicked.err);
    }
}

#[test]
fn a_flow_whose_resource_has_no_constructor_says_what_to_add_and_is_listed_so() {
    let dir = tempfile::tempdir().unwrap();
    for command in ["run", "slice"] {
        // Before it asks for anything else.
        let state = dir.path().join("state");
        fs::write(&state, "").unwrap();
        let state = state.to_str().unwrap();
        let words: &[&str] = match command {
            "slice" => &[command, "--state-in", state, "--state-out", state],
            _ => &[command],
        };
        let refused = at(dir.path(), "only_from_code", words);
        assert_eq!(refused.exit, WrongUse);
        for part in [
            "flow `only_from_code` cannot be run from the command line",
            "`host: Host` (",
            "write `#[resource(path::to::constructor)] host: Host`",
            "to go on: ",
        ] {
            assert!(refused.err.contains(part), "no `{part}`: {}", refused.err);
        }
        assert!(!refused.err.contains("times"), "{}", refused.err);
    }
    let listed = given_to(&[registered("only_from_code")], &["list"], false);
    assert_eq!(
        listed.out.trim_end(),
        "only_from_code  Asks a host.  [only from code: `host` has no constructor]"
    );
    let help = at(dir.path(), "only_from_code", &["run", "--help"]);
    assert!(help.out.contains("only from code"), "{}", help.out);
}
