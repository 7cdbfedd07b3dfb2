//! The negative control: the same flow, driven by a program that does one thing wrong. `early` has a store that says that a
//! file is written before it is, so that the journal's record comes before the file; `lockless` takes away the locks of the
//! runs before it begins. The harness must catch both.
#![allow(missing_docs, reason = "a program has no interface")]

mod mixed;
mod side;

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use flow_runtime::store::{
    Alone, Blocking, BlockingStore, LocalStore, Stat, Store, StoreError, StoreFuture, StorePath,
};
use flow_runtime::{Runner, RunsError};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let done = match &*arguments {
        [_, early, store, salt] if early == "early" => run_early(store, salt),
        [_, lockless, store, ..] if lockless == "lockless" => {
            take_locks_away(Path::new(store));
            let words = [&arguments[..1], &arguments[3..]].concat();
            return flow_runtime::cli::run_from(words);
        }
        _ => Err("expected: early STORE SALT, or lockless STORE COMMAND…".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Who has a lock keeps it; who comes next makes another one.
fn take_locks_away(store: &Path) {
    for run in fs::read_dir(store.join(".flow/runs"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let _ = fs::remove_file(run.path().join("lock"));
    }
}

/// Runs, or goes on with the latest run.
fn run_early(store: &str, salt: &str) -> Result<(), Box<dyn Error>> {
    let early = Early::new(store);
    let open = Arc::clone(&early.open);
    let runner = Runner::new().jobs(3).store_in(early);
    let ended = match runner.recorded("latest") {
        Ok(state) if !state.is_finished() => runner.resume(mixed::mixed::restore(state)?),
        Ok(_) | Err(RunsError::None) => runner.run(mixed::mixed(salt.parse()?)),
        Err(error) => return Err(error.into()),
    };
    ended.map_err(|error| error.to_string())?;
    // Only a death is to find out.
    while !open.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// What is said to be written, and is not yet; signalled when it is.
type Open = Arc<(Mutex<BTreeSet<StorePath>>, Condvar)>;

/// A store that writes results a moment after it has said that it did.
#[derive(Debug)]
struct Early {
    late: Blocking<Late>,
    open: Open,
}

#[derive(Debug)]
struct Late {
    inner: LocalStore,
    root: PathBuf,
    open: Open,
}

impl Early {
    fn new(root: &str) -> Self {
        let open = Open::default();
        Self {
            late: Blocking::new(Late {
                inner: LocalStore::new(root),
                root: root.into(),
                open: Arc::clone(&open),
            }),
            open,
        }
    }
}

impl Late {
    /// Waits until what was said to be written is.
    fn settle(&self, path: &StorePath) {
        let (open, settled) = &*self.open;
        let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
        while open.contains(path) {
            open = settled.wait(open).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl BlockingStore for Late {
    fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError> {
        self.settle(path);
        self.inner.get(path)
    }

    fn stat(&self, path: &StorePath) -> Result<Option<Stat>, StoreError> {
        self.settle(path);
        self.inner.stat(path)
    }

    fn put(&self, path: &StorePath, bytes: &[u8]) -> Result<Stat, StoreError> {
        if path.as_str().starts_with(".flow/records/") {
            return self.inner.put(path, bytes);
        }
        self.settle(path);
        let stat = Stat {
            len: bytes.len() as u64,
            modified: None,
        };
        let (store, path, bytes) = (LocalStore::new(&self.root), path.clone(), bytes.to_vec());
        let open = Arc::clone(&self.open);
        open.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(path.clone());
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(1));
            let written = store.put(&path, &bytes);
            open.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&path);
            open.1.notify_all();
            written
        });
        Ok(stat)
    }

    fn put_if_absent(&self, path: &StorePath, bytes: &[u8]) -> Result<bool, StoreError> {
        self.inner.put_if_absent(path, bytes)
    }

    fn list(&self, below: Option<&StorePath>) -> Result<Vec<StorePath>, StoreError> {
        self.inner.list(below)
    }

    fn delete(&self, path: &StorePath) -> Result<bool, StoreError> {
        self.settle(path);
        self.inner.delete(path)
    }

    fn show(&self, path: &StorePath) -> String {
        self.inner.show(path)
    }
}

impl Store for Early {
    fn get<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, Option<Vec<u8>>> {
        self.late.get(path)
    }

    fn stat<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, Option<Stat>> {
        self.late.stat(path)
    }

    fn put<'a>(&'a self, path: &'a StorePath, bytes: &'a [u8]) -> StoreFuture<'a, Stat> {
        self.late.put(path, bytes)
    }

    fn put_if_absent<'a>(&'a self, path: &'a StorePath, bytes: &'a [u8]) -> StoreFuture<'a, bool> {
        self.late.put_if_absent(path, bytes)
    }

    fn list<'a>(&'a self, below: Option<&'a StorePath>) -> StoreFuture<'a, Vec<StorePath>> {
        self.late.list(below)
    }

    fn delete<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, bool> {
        self.late.delete(path)
    }

    fn show(&self, path: &StorePath) -> String {
        self.late.show(path)
    }

    fn alone<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, Option<Alone>> {
        self.late.alone(path)
    }

    /// Runs are recorded below the state directory, which the harness names.
    fn name(&self) -> Option<String> {
        Some("early".to_owned())
    }
}
