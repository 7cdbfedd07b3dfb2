//! What bodies tell beside the journal: which of them runs, as what attempt, in which process. The harness holds it against
//! what is recorded.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError};

use flow_runtime::Context;

/// The environment variable that names the log.
pub(crate) const LOG: &str = "FLOW_SIDE_LOG";

/// The environment variable that names the file which only one process at a time may hold.
pub(crate) const WITNESS: &str = "FLOW_WITNESS";

/// The environment variable that says in which body the process is to die, and how.
pub(crate) const DIE: &str = "FLOW_DIE";

/// Appends a line to the log, with one write; nothing without one.
pub(crate) fn say(line: &str) {
    static FILE: OnceLock<Option<File>> = OnceLock::new();
    let file = FILE.get_or_init(|| {
        let path = std::env::var_os(LOG)?;
        OpenOptions::new().append(true).create(true).open(path).ok()
    });
    if let Some(mut file) = file.as_ref() {
        // A log that cannot be written shows as a body that never ran.
        let _ = file.write_all(format!("{line}\n").as_bytes());
    }
}

/// Says that a body runs; until what this gives is dropped, no body of another process may.
#[must_use = "it holds the witness"]
pub(crate) fn runs(cx: &Context) -> Witnessed {
    let witnessed = Witnessed::enter();
    say(&format!(
        "run {} {} {} {}",
        cx.run_id(),
        cx.slug(),
        cx.attempt(),
        std::process::id()
    ));
    die_at(cx.node());
    witnessed
}

/// Has the process die if that is what the harness wants of the node, or of a row of it: `NODE HOW`.
pub(crate) fn die_at(place: &str) {
    let Ok(wanted) = std::env::var(DIE) else { return };
    match wanted.split_once(' ') {
        Some((of, "abort")) if of == place => std::process::abort(),
        Some((of, "exit")) if of == place => std::process::exit(3),
        Some((of, "kill")) if of == place => {
            let process = std::process::id().to_string();
            let _ = std::process::Command::new("kill")
                .args(["-KILL", &process])
                .status();
            unreachable!("nobody survives this");
        }
        _ => {}
    }
}

/// The bodies of this process that run now, and the file that is locked while there are any.
static WITNESSED: Mutex<(usize, Option<File>)> = Mutex::new((0, None));

/// A body that is seen to run.
pub(crate) struct Witnessed(());

impl Witnessed {
    fn enter() -> Self {
        let mut witnessed = WITNESSED.lock().unwrap_or_else(PoisonError::into_inner);
        witnessed.0 += 1;
        if witnessed.1.is_none()
            && let Some(path) = std::env::var_os(WITNESS)
        {
            let file = OpenOptions::new().append(true).create(true).open(path);
            let file = file.expect("the witness can be opened");
            match file.try_lock() {
                Ok(()) => witnessed.1 = Some(file),
                Err(TryLockError::WouldBlock) => say("two processes drive the run"),
                Err(TryLockError::Error(error)) => say(&format!("no witness: {error}")),
            }
        }
        Self(())
    }
}

impl Drop for Witnessed {
    fn drop(&mut self) {
        let mut witnessed = WITNESSED.lock().unwrap_or_else(PoisonError::into_inner);
        witnessed.0 -= 1;
        if witnessed.0 == 0 {
            witnessed.1 = None;
        }
    }
}
