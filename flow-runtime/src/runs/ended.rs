//! How a run ended, beside its journal: what lists and prunes runs need not read the journal for it.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::RunsError;
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

impl Ended {
    /// `None` where it has not ended, or a newer program wrote it.
    pub(super) fn read(directory: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(directory.join(FILE)).ok()?).ok()
    }

    pub(super) fn write(&self, directory: &Path) -> Result<(), RunsError> {
        let json = serde_json::to_vec(self).expect("text and a time");
        // A part of it is as none: then the journal tells.
        let file = directory.join(FILE);
        let written = Written::create(file.clone()).and_then(|to| to.write_all(&json));
        written.map_err(|source| RunsError::io(&file, source))
    }

    pub(super) fn remove(directory: &Path) {
        let _ = disk::remove(&directory.join(FILE));
    }
}
