//! The runs that a store's directory knows: one directory each under `.flow/runs/`, with its journal, its lock and its
//! large results.
//!
//! ```text
//! .flow/runs/lock                   held while directories of runs are made and removed
//! .flow/runs/<run id>/lock          held by the process that drives the run; names it
//! .flow/runs/<run id>/journal       the run, as far as it is recorded
//! .flow/runs/<run id>/journal.damaged  a journal as it was before whole records were cut off that followed a damaged one
//! .flow/runs/<run id>/ended         how it ended, once it has; of a journal of this length
//! .flow/runs/<run id>/results/…     results too large for the journal
//! ```
//!
//! Runs that the store keeps itself lie under `.flow/stored/<run id>/`, and so do the large results of runs whose journals
//! lie elsewhere: whoever drives runs here knows nothing of those, and leaves them alone.
//!
//! What the journal says is the [journal](crate::journal)'s affair; here is who may write it, and how long it is kept.

mod directory;
mod ended;
mod error;
#[cfg(feature = "cli")]
mod garbage;
mod lock;
mod marked;
mod prune;
mod stored;
#[cfg(test)]
pub(crate) mod tests;

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

pub(crate) use directory::{Directory, Journalled};
pub(crate) use ended::Ended;
pub use error::RunsError;
#[cfg(feature = "cli")]
pub(crate) use garbage::Garbage;
pub use lock::Holder;
#[cfg(feature = "cli")]
pub(crate) use prune::Pruned;
pub(crate) use stored::{StoredRuns, is_held, unknown_holder};

use crate::journal::{self, Recorded};
use crate::state::{RunState, is_run_id};
use crate::store::{LocalStore, StorePath};

/// Below the root of a store.
pub(crate) use crate::state::RUNS as PLACE;

/// What this program puts into the directory of a run.
const KNOWN: [&str; 6] = [JOURNAL, NEW, DAMAGED, LOCK, ended::FILE, "results"];

const JOURNAL: &str = "journal";
const LOCK: &str = "lock";

/// The file among the runs that is locked while one of them starts.
const START: &str = "start";

/// Beside a journal: one that is about to take its place, and one that was damaged in its middle.
const NEW: &str = "journal.new";
const DAMAGED: &str = "journal.damaged";

/// Enough of a journal to know which run it is of.
const SUMMARY: u64 = 1 << 16;

/// The runs of one store.
#[derive(Debug, Clone)]
pub(crate) struct Runs {
    store: LocalStore,
}

/// A run, as a list of runs shows it.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) id: String,
    pub(crate) summary: Result<journal::Summary, journal::JournalError>,
    /// How it ended; `None` for one that has not, or whose process died as it did: then the journal tells.
    pub(crate) ended: Option<Ended>,
}

/// The whole id that `prefix` means among these, the oldest first.
///
/// # Errors
///
/// If there is none, or there are several.
fn meant(mut ids: Vec<String>, prefix: &str) -> Result<String, RunsError> {
    if prefix == "latest" {
        return ids.pop().ok_or(RunsError::None);
    }
    ids.retain(|id| id.starts_with(prefix) && !prefix.is_empty());
    match &*ids {
        [only] => Ok(only.clone()),
        [] => Err(RunsError::unknown(prefix)),
        // An id that is the start of another is still an id.
        several if several.iter().any(|id| id == prefix) => Ok(prefix.to_owned()),
        several => Err(RunsError::Ambiguous {
            run: prefix.to_owned(),
            meant: several.to_vec(),
        }),
    }
}

/// A run as it stands.
pub(crate) struct Looked {
    pub(crate) state: RunState,
    /// Who drives it.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "`status` shows it"))]
    pub(crate) holder: Option<Holder>,
    /// How many bytes at the end of its journal are no whole record.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "`status` shows it"))]
    pub(crate) torn: usize,
}

impl Runs {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            store: LocalStore::new(root),
        }
    }

    /// The runs, the newest first.
    ///
    /// # Errors
    ///
    /// If their directory cannot be read.
    pub(crate) fn list(&self) -> Result<Vec<Known>, RunsError> {
        let ids = self.ids()?;
        Ok(ids.into_iter().rev().filter_map(|id| self.known(id)).collect())
    }

    /// The ids of the runs, the oldest first.
    fn ids(&self) -> Result<Vec<String>, RunsError> {
        let Some(place) = self.existing(PLACE)? else {
            return Ok(Vec::new());
        };
        let entries = match fs::read_dir(&place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|source| RunsError::io(&place, source))?,
        };
        let is_directory = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
        let names = entries
            .flatten()
            .filter(is_directory)
            .map(|entry| entry.file_name());
        let mut ids: Vec<String> = names.filter_map(|name| name.into_string().ok()).collect();
        ids.retain(|id| is_run_id(id));
        ids.sort_unstable();
        Ok(ids)
    }

    /// What is known of a run; `None` for a directory whose journal says nothing, or that has none: the process died, or
    /// found no room, before anything ran.
    fn known(&self, id: String) -> Option<Known> {
        let mut journal = File::open(self.directory(&id).ok()??.join(JOURNAL)).ok()?;
        let mut start = Vec::new();
        let mut read = (&mut journal).take(SUMMARY).read_to_end(&mut start);
        if read.is_ok() && matches!(journal::summary(&start), Err(journal::JournalError::Empty)) {
            // The parameters may be longer than that.
            read = journal.read_to_end(&mut start);
        }
        let summary = match read.map(|_| journal::summary(&start)) {
            Ok(Err(journal::JournalError::Empty)) => return None,
            Ok(summary) => summary,
            Err(error) => Err(error.into()),
        };
        let ended = Ended::read(&self.directory(&id).ok()??);
        Some(Known { id, summary, ended })
    }

    /// Reads the journal of a run, whoever drives it.
    ///
    /// # Errors
    ///
    /// If there is no such run, or its journal cannot be read.
    pub(crate) fn read(&self, id: &str) -> Result<Recorded, RunsError> {
        let directory = self.directory(id)?.ok_or_else(|| RunsError::unknown(id))?;
        let file = directory.join(JOURNAL);
        let bytes = match fs::read(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(RunsError::unknown(id)),
            bytes => bytes.map_err(|source| RunsError::io(&file, source))?,
        };
        let recorded = journal::replay(&bytes).map_err(|source| RunsError::journal(&file, source))?;
        Ok(if self.was_left(id) {
            recorded.left()
        } else {
            recorded
        })
    }

    /// How a run stands, and who drives it: what runs there has not died.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub(crate) fn look(&self, id: &str) -> Result<Looked, RunsError> {
        let mut recorded = self.read(id)?;
        let holder = self.holder(id);
        if holder.is_none() && recorded.has_running() {
            // Who drove it may have ended since: then it says now how.
            recorded = self.read(id)?;
        }
        // Whoever drives it may be about to write the rest.
        let is_whole = holder.is_some() && !recorded.is_damaged;
        let torn = if is_whole { 0 } else { recorded.torn };
        let state = match &holder {
            Some(_) => recorded.driven(),
            None => recorded.state,
        };
        Ok(Looked { state, holder, torn })
    }

    /// The whole id that `prefix` means: the only run whose id starts so, or the newest for `latest`.
    ///
    /// # Errors
    ///
    /// If there is none, or there are several.
    pub(crate) fn find(&self, prefix: &str) -> Result<String, RunsError> {
        let mut ids = self.ids()?;
        ids.retain(|id| self.known(id.clone()).is_some());
        meant(ids, prefix)
    }

    /// The directory of a run, if there is one.
    fn directory(&self, id: &str) -> Result<Option<PathBuf>, RunsError> {
        if !is_run_id(id) {
            return Err(RunsError::unknown(id));
        }
        self.existing(&format!("{PLACE}/{id}"))
    }

    fn existing(&self, path: &str) -> Result<Option<PathBuf>, RunsError> {
        let path = StorePath::new(path).map_err(|_| RunsError::unknown(path))?;
        Ok(self.store.existing_directory(&path)?)
    }
}
