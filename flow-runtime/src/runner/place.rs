//! Where a run keeps its results, and how safe what it records is to be.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use super::Runner;
use crate::checkpoint::Spill;
use crate::error::StartError;
use crate::run_id::RunId;
use crate::runs::Runs;
use crate::spec::FlowSpec;
use crate::store::{Blocking, LocalStore, Store};

/// How safe what a run records is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
}

/// Where the results of one run lie.
pub(super) struct Place {
    pub(super) store: Arc<dyn Store>,
    /// As the user would type it.
    pub(super) shown: String,
    /// The runs that it knows.
    pub(super) runs: Option<Runs>,
}

impl Place {
    /// Where the large results of a run lie that have no target; those that do not stay go with the run.
    pub(super) fn spill(&self, run: &RunId, stays: bool) -> Spill {
        let store = Arc::clone(&self.store);
        if stays {
            Spill::kept(store, run.as_str())
        } else {
            Spill::passing(store, run.as_str(), self.runs.clone())
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
                }))
            }
        }
    }

    /// The runs that the store knows.
    pub(crate) fn runs(&self) -> Option<Runs> {
        match &self.root {
            Root::Local(root) if !root.as_os_str().is_empty() => Some(Runs::new(root)),
            Root::Memory | Root::Local(_) => None,
        }
    }

    /// The directory of the store, as it was given.
    pub(crate) fn root(&self) -> Option<&Path> {
        match &self.root {
            Root::Local(root) => Some(root),
            Root::Memory => None,
        }
    }
}
