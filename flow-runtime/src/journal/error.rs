//! [`JournalError`]: why the journal of a run cannot be kept or read, and what helps.

use std::fmt;
use std::io;
use std::sync::Arc;

/// Why the journal of a run cannot be kept or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The file is no journal.
    #[error("it is no journal of a run")]
    NoJournal,
    /// A newer flow wrote it.
    #[error(
        "it has version {found}, and this program reads up to {}",
        super::frame::VERSION
    )]
    Newer {
        /// Its version.
        found: u32,
    },
    /// An older flow wrote it, and this one does not read what that wrote.
    #[error("it has version {found}, which this program does not read any more")]
    Older {
        /// Its version.
        found: u32,
    },
    /// It holds a record that makes no sense, though its checksum is right.
    #[error("its record {number} makes no sense: {what}")]
    Record {
        /// Which record, from 1.
        number: usize,
        /// What is wrong with it.
        what: String,
    },
    /// What says which run it is of is damaged, and what follows is not: it was whole once.
    #[error("its first record is damaged, and others follow")]
    Damaged,
    /// It cannot be read or written.
    #[error("the operating system refused")]
    Io(#[source] io::Error),
    /// It ends before it says which run it is of: the process died as the run started.
    #[error("it says nothing yet")]
    Empty,
}

impl JournalError {
    /// What to do now, as a clause that can follow `to go on: `.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::NoJournal | Self::Record { .. } | Self::Damaged => {
                "start a new run (`--new`): results in targets are found again"
            }
            Self::Newer { .. } => "build this program with a newer flow",
            Self::Older { .. } => {
                "let the program that wrote it bring the run to its end, or start a new run (`--new`)"
            }
            Self::Io(_) => "see that the store can be written and has room, then `resume`",
            Self::Empty => "start a new run: nothing of this one was recorded",
        }
    }
}

impl From<io::Error> for JournalError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Nothing more of a run can be recorded: it does not go on. What was recorded before stands.
#[derive(Debug, Clone)]
pub struct NotRecorded(pub(crate) Arc<io::Error>);

impl std::error::Error for NotRecorded {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl fmt::Display for NotRecorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_overtaken() {
            "the run goes on in another process, and is not recorded by this one any more"
        } else {
            "the run cannot be recorded any more: its journal cannot be written"
        })
    }
}

impl NotRecorded {
    pub(super) fn new(error: io::Error) -> Self {
        Self(Arc::new(error))
    }

    /// Whether another process has taken the run.
    fn is_overtaken(&self) -> bool {
        self.0.kind() == io::ErrorKind::AlreadyExists
    }

    /// What to do now, as a clause that can follow `to go on: `.
    pub fn advice(&self) -> &'static str {
        if self.is_overtaken() {
            "let the other process go on: what this one has recorded before is there"
        } else {
            "see that the store can be written and has room, then `resume`"
        }
    }
}
