//! A store in a temporary directory, and what the tests ask of runs.

use std::io;
use std::path::{Path, PathBuf};

use flow_runtime::{Flow, Run, Runner, StateType};
use tempfile::TempDir;

/// What a test returns.
pub(crate) type Tested<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// A store in a temporary directory; both go when it is dropped.
pub(crate) struct Place {
    root: PathBuf,
    _directory: TempDir,
}

impl Place {
    pub(crate) fn new() -> io::Result<Self> {
        let directory = tempfile::tempdir()?;
        Ok(Self {
            root: directory.path().join("store"),
            _directory: directory,
        })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A runner on this store.
    pub(crate) fn runner(&self) -> Runner {
        Runner::new().store(&self.root)
    }
}

/// The states of a run's nodes, in the order of their statements.
pub(crate) fn kinds<F: Flow>(run: &Run<F>) -> Vec<StateType> {
    run.nodes().map(|(_, state)| state.kind).collect()
}
