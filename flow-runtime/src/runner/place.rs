//! Where a run keeps its results, and how safe what it records is to be.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use super::Runner;
use crate::checkpoint::Spill;
use crate::digest::Digest;
use crate::error::StartError;
use crate::run_id::RunId;
use crate::runs::{Runs, StoredRuns};
use crate::spec::FlowSpec;
use crate::store::{Blocking, LocalStore, Store};

/// How safe what a run records is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Durability {
    /// Nothing is recorded but targets and their records: a run that ends early cannot go on, another one finds what has a
    /// target.
    None,
    /// What is recorded survives the death of the process.
    #[default]
    Process,
    /// It survives the loss of power too, as far as the disk keeps what it confirms.
    Full,
}

impl Durability {
    pub(crate) const fn is_recorded(self) -> bool {
        !matches!(self, Self::None)
    }

    pub(crate) const fn is_full(self) -> bool {
        matches!(self, Self::Full)
    }
}

impl FromStr for Durability {
    type Err = String;

    /// `none`, `process` or `full`.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            "process" => Ok(Self::Process),
            "full" => Ok(Self::Full),
            other => Err(format!(
                "`{other}` is no durability; write `none`, `process` or `full`"
            )),
        }
    }
}

/// Where the results of runs lie, as it was asked for.
#[derive(Clone)]
pub(super) enum Root {
    Memory,
    Local(PathBuf),
    /// Any other store, and the directory where runs are recorded that are no slices.
    Store(Arc<dyn Store>, Option<PathBuf>),
}

/// Where the results of one run lie.
pub(super) struct Place {
    pub(super) store: Arc<dyn Store>,
    /// As the user would type it.
    pub(super) shown: String,
    /// Where runs are recorded that are driven from this machine.
    pub(super) runs: Option<Runs>,
    /// Where those are that may be driven from anywhere: in the store itself, where it is no directory.
    pub(super) stored: Option<StoredRuns>,
}

impl Place {
    /// Where the large results of a run lie that have no target; those that do not stay go with the run.
    pub(super) fn spill(&self, run: &RunId, is_recorded: bool, stays: bool) -> Spill {
        let store = Arc::clone(&self.store);
        // Else its journal, if it has one, lies in the store itself or elsewhere on this machine.
        let is_directory = self.stored.is_none();
        if stays {
            Spill::kept(store, run.as_str(), is_directory && is_recorded)
        } else {
            let runs = self.runs.clone().filter(|_| is_directory);
            Spill::passing(store, run.as_str(), runs)
        }
    }
}

impl Runner {
    /// Where the results of a run lie; `None` for one in memory.
    ///
    /// # Errors
    ///
    /// If that is nowhere.
    pub(super) fn place(&self, spec: &'static FlowSpec) -> Result<Option<Place>, StartError> {
        match &self.root {
            Root::Memory => Ok(None),
            Root::Local(root) if root.as_os_str().is_empty() => Err(StartError::NoStore { flow: spec.name }),
            Root::Local(root) => {
                let local = LocalStore::new(root).durable(self.durability.is_full());
                Ok(Some(Place {
                    store: Arc::new(Blocking::new(local)),
                    shown: root.display().to_string(),
                    runs: Some(Runs::new(root)),
                    stored: None,
                }))
            }
            Root::Store(store, _) => Ok(Some(Place {
                store: Arc::clone(store),
                shown: store.name().unwrap_or_else(|| "memory".to_owned()),
                runs: self.runs(),
                stored: Some(StoredRuns::new(Arc::clone(store))),
            })),
        }
    }

    /// Whether results lie anywhere but in memory.
    #[cfg(feature = "cli")]
    pub(crate) fn has_store(&self) -> bool {
        !matches!(self.root, Root::Memory)
    }

    /// The runs that the store knows.
    pub(crate) fn runs(&self) -> Option<Runs> {
        match &self.root {
            Root::Local(root) if !root.as_os_str().is_empty() => Some(Runs::new(root)),
            Root::Store(_, Some(state)) => Some(Runs::new(state)),
            Root::Memory | Root::Local(_) | Root::Store(_, None) => None,
        }
    }

    /// The runs that the store keeps itself.
    pub(super) fn stored_runs(&self) -> Option<StoredRuns> {
        match &self.root {
            Root::Store(store, _) => Some(StoredRuns::new(Arc::clone(store))),
            Root::Memory | Root::Local(_) => None,
        }
    }

    /// The directory of the store, as it was given.
    pub(crate) fn root(&self) -> Option<&Path> {
        match &self.root {
            Root::Local(root) => Some(root),
            Root::Memory | Root::Store(..) => None,
        }
    }
}

/// Where the runs are recorded whose results lie in the store of this name: below the user's state directory.
pub(super) fn state_directory(store: &str) -> Option<PathBuf> {
    let set = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let base = set("FLOW_STATE").or_else(|| {
        let state = set("XDG_STATE_HOME").or_else(|| Some(set("HOME")?.join(".local/state")))?;
        Some(state.join("flow"))
    })?;
    // A name has characters that no directory may have.
    Some(base.join(&Digest::of(store.as_bytes()).to_string()[..32]))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::Place;
    use crate::digest::ShortDigest;
    use crate::run_id::RunId;
    use crate::runs::{Runs, StoredRuns};
    use crate::store::{Blocking, BlockingStore as _, MemoryStore, Store, wait};

    #[test]
    fn large_results_in_a_store_lie_where_no_directory_of_runs_is_looked_after() {
        let (memory, state) = (MemoryStore::new(), tempfile::tempdir().unwrap());
        let store: Arc<dyn Store> = Arc::new(Blocking::new(memory.clone()));
        let place = Place {
            store: Arc::clone(&store),
            shown: "memory".to_owned(),
            runs: Some(Runs::new(state.path())),
            stored: Some(StoredRuns::new(store)),
        };
        let run = RunId::now(Timestamp::now());
        let digest = ShortDigest::from_bytes([7; 16]);
        // What does not stay goes from the store, though its runs are recorded on this machine.
        let passing = place.spill(&run, false, false);
        wait(passing.write("0-rows", digest, b"bytes")).unwrap();
        drop(passing);
        assert_eq!(memory.list(None).unwrap(), []);
        let kept = place.spill(&run, true, true);
        let path = wait(kept.write("0-rows", digest, b"bytes")).unwrap();
        assert!(path.as_str().starts_with(".flow/stored/"), "{path}");
    }
}
