//! [`RunsError`]: why a recorded run cannot be found, read or driven, and what helps.

use std::io;
use std::path::Path;

use super::lock::Holder;
use crate::journal::JournalError;
use crate::store::StoreError;

/// Why a recorded run cannot be found, read or driven. Nothing ran.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunsError {
    /// Another process drives it.
    #[error("run {run} is driven by {holder}")]
    Held {
        /// The run.
        run: String,
        /// Who drives it.
        holder: Holder,
    },
    /// There is no such run.
    #[error("there is no run {run} in the store")]
    Unknown {
        /// What was asked for.
        run: String,
    },
    /// Several runs may be meant.
    #[error("{run} may be any of the runs {}", .meant.join(", "))]
    Ambiguous {
        /// What was asked for.
        run: String,
        /// The runs that it may be.
        meant: Vec<String>,
    },
    /// There are no runs.
    #[error("the store has no recorded run")]
    None,
    /// Its journal cannot be used.
    #[error("the journal `{file}` cannot be used")]
    Journal {
        /// The journal.
        file: String,
        /// Why not.
        #[source]
        source: JournalError,
    },
    /// A file of the run cannot be read or written.
    #[error("`{file}` cannot be read or written")]
    Io {
        /// The file.
        file: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RunsError {
    pub(super) fn io(file: &Path, source: io::Error) -> Self {
        Self::Io {
            file: file.display().to_string(),
            source,
        }
    }

    pub(super) fn journal(file: &Path, source: JournalError) -> Self {
        Self::Journal {
            file: file.display().to_string(),
            source,
        }
    }

    pub(super) fn unknown(run: impl Into<String>) -> Self {
        Self::Unknown { run: run.into() }
    }

    /// What to do now, as a clause that can follow `to go on: `.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Held { .. } => "wait until it has ended, or end it there",
            Self::Unknown { .. } | Self::Ambiguous { .. } => "`runs` lists those that there are",
            Self::None => "start one with `run`, or say where the store is (`--store`)",
            Self::Journal { source, .. } => source.advice(),
            Self::Io { .. } => {
                "see that the store can be written and has room, or run with `--durability none`, which records nothing"
            }
            Self::Store(error) => error.advice(),
        }
    }
}
