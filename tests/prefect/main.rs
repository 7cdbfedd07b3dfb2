//! Prefect's own deserializer reads what this crate writes: the real Prefect 1.4.1, installed for the test.
//!
//! Ignored by default, for it needs Python and PyPI; `.ci/run` runs it. `FLOW_WITHOUT_PREFECT=1` waives it, and
//! `FLOW_PYTHON` names another Python than `python3`.
#![allow(missing_docs, reason = "a test's name is its documentation")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flow_runtime::state::{RunState, StateType};
use serde::Deserialize;

/// What Prefect has made of a node's state.
#[derive(Debug, Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "Prefect's own predicates")]
struct Told {
    slug: String,
    class: String,
    message: Option<String>,
    start: Option<String>,
    finished: bool,
    successful: bool,
    failed: bool,
    pending: bool,
}

/// A Python that has Prefect; made once, and kept with the build.
fn python() -> Result<PathBuf, String> {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("prefect-1.4.1");
    let python = directory.join("bin/python");
    let has_it = |python: &Path| {
        let asked = Command::new(python)
            .args(["-c", "import prefect.engine.state"])
            .output();
        asked.is_ok_and(|asked| asked.status.success())
    };
    if has_it(&python) {
        return Ok(python);
    }
    let base = std::env::var_os("FLOW_PYTHON").unwrap_or_else(|| "python3".into());
    run(Command::new(base).args(["-m", "venv", "--clear"]).arg(&directory))?;
    let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("prefect/requirements.txt");
    let mut install = Command::new(&python);
    install.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
    ]);
    run(install.arg(requirements))?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), String> {
    let ended = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if ended.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&ended.stderr)))
}

/// What Prefect makes of a published run state.
fn read(python: &Path, published: &str) -> Vec<Told> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("prefect/read.py");
    let mut child = Command::new(python)
        .args(["-W", "ignore"])
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut to = child.stdin.take().expect("piped");
    to.write_all(published.as_bytes()).expect("it reads");
    drop(to);
    let ended = child.wait_with_output().expect("it ends");
    assert!(ended.status.success(), "Prefect does not read {published}");
    serde_json::from_slice(&ended.stdout).expect("it tells what it has read")
}

#[test]
#[ignore = "it installs Prefect from PyPI"]
fn prefect_reads_every_state_that_is_written() {
    let waived = std::env::var_os("FLOW_WITHOUT_PREFECT").is_some_and(|waived| waived == "1");
    let python = match python() {
        Ok(python) => python,
        Err(why) if waived => {
            println!("waived by FLOW_WITHOUT_PREFECT=1: Prefect cannot be installed: {why}");
            return;
        }
        Err(why) => panic!("Prefect cannot be installed; FLOW_WITHOUT_PREFECT=1 waives this test: {why}"),
    };
    // Every type, every field.
    let state = RunState::from_json(include_str!("../../flow-runtime/tests/golden/state-v1.0.json"))
        .expect("a state");
    for kind in KINDS {
        assert!(state.nodes().any(|node| node.state().kind == kind), "{kind}");
    }
    let newer = RunState::from_json(include_str!("../../flow-runtime/tests/golden/state-v1.3.json"))
        .expect("a state");
    for state in [&state, &newer] {
        for published in [state.to_json(), state.to_list_json()] {
            let told = read(&python, &published);
            assert_eq!(told.len(), state.nodes().len());
            for (told, node) in told.iter().zip(state.nodes()) {
                let kind = node.state().kind;
                assert_eq!((&*told.slug, &*told.class), (node.slug(), kind.name()));
                assert_eq!(told.message.as_deref().unwrap_or(""), node.state().message);
                assert_eq!(
                    (told.finished, told.successful, told.failed, told.pending),
                    (
                        kind.is_finished(),
                        kind.is_successful(),
                        kind.is_failed(),
                        kind.is_pending()
                    ),
                    "{kind}"
                );
                if let Some(at) = node.not_before().filter(|_| kind.is_pending()) {
                    let start: jiff::Timestamp =
                        told.start.as_deref().expect("it waits").parse().expect("a time");
                    assert_eq!(start, at);
                }
            }
        }
    }
}

const KINDS: [StateType; 13] = [
    StateType::Pending,
    StateType::Scheduled,
    StateType::Retrying,
    StateType::Paused,
    StateType::Running,
    StateType::Success,
    StateType::Cached,
    StateType::Mapped,
    StateType::Skipped,
    StateType::Failed,
    StateType::TimedOut,
    StateType::TriggerFailed,
    StateType::Cancelled,
];
