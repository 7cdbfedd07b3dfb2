//! How a run ended, beside its journal: what lists and prunes runs need not read the journal for it.

use std::fs;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{JOURNAL, RunsError};
use crate::disk::{self, Written};

pub(super) const FILE: &str = "ended";

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ended {
    /// The path of the flow.
    pub(crate) flow: String,
    /// The run's state, by name.
    pub(crate) state: String,
    pub(crate) at: Timestamp,
}

/// The file. It counts only where the journal is as long as it was at the end: one that went on has not ended, whatever a
/// disk gives back of this file, and one that was written anew tells itself.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(flatten)]
    ended: Ended,
    /// How many bytes its journal has.
    journal: u64,
}

impl Ended {
    /// `None` where it has not ended, has gone on since, or a newer program wrote it.
    pub(super) fn read(directory: &Path) -> Option<Self> {
        let stored: Stored = serde_json::from_slice(&fs::read(directory.join(FILE)).ok()?).ok()?;
        let journal = fs::metadata(directory.join(JOURNAL)).ok()?;
        (stored.journal == journal.len()).then_some(stored.ended)
    }

    pub(super) fn write(self, directory: &Path, full: bool) -> Result<(), RunsError> {
        let file = directory.join(FILE);
        let written = fs::metadata(directory.join(JOURNAL)).and_then(|journal| {
            let stored = Stored {
                ended: self,
                journal: journal.len(),
            };
            let json = serde_json::to_vec(&stored).expect("text, a time and a number");
            // A part of it is as none: then the journal tells.
            let to = Written::create(file.clone())?;
            to.write_all(&json)?;
            if full {
                to.sync()?;
                disk::sync_names(directory)?;
            }
            Ok(())
        });
        written.map_err(|source| RunsError::io(&file, source))
    }

    /// The run goes on.
    pub(super) fn remove(directory: &Path, full: bool) -> Result<(), RunsError> {
        let file = directory.join(FILE);
        if !file.exists() {
            // Nearly always: nothing is to be changed, and nothing can fail.
            return Ok(());
        }
        let removed = match disk::remove(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Ok(()) if full => disk::sync_names(directory),
            removed => removed,
        };
        removed.map_err(|source| RunsError::io(&file, source))
    }
}
