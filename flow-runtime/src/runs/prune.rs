//! How long runs are kept: the newest finished ones of each flow, and all that have not finished.

use std::collections::HashMap;
use std::fs;

use super::lock::{self, Taken};
use super::{LOCK, Runs, RunsError};
use crate::state::StateType;

/// A run that was removed, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pruned {
    pub(crate) id: String,
    pub(crate) flow: String,
    pub(crate) state: String,
}

impl Runs {
    /// Removes the finished runs of each flow but for the newest `keep`; with `flow`, only of that one. `dry`, it only
    /// says which. A run that somebody drives stays.
    ///
    /// # Errors
    ///
    /// If the directory of the runs cannot be read.
    pub(crate) fn prune(&self, flow: Option<&str>, keep: usize, dry: bool) -> Result<Vec<Pruned>, RunsError> {
        let _gate = self.gate()?;
        let mut kept: HashMap<String, usize> = HashMap::new();
        let mut pruned = Vec::new();
        for known in self.list()? {
            // A run that has ended Pending goes on some day.
            let Some(ended) = known
                .ended
                .filter(|ended| ended.state != StateType::Pending.name())
            else {
                continue;
            };
            if flow.is_some_and(|flow| flow != ended.flow) {
                continue;
            }
            let newer = kept.entry(ended.flow.clone()).or_default();
            *newer += 1;
            if *newer <= keep {
                continue;
            }
            let Some(directory) = self.directory(&known.id)? else {
                continue;
            };
            let Ok(Taken::Ours(_lock)) = lock::take(&directory.join(LOCK)) else {
                continue;
            };
            if !dry {
                fs::remove_dir_all(&directory).map_err(|source| RunsError::io(&directory, source))?;
            }
            pruned.push(Pruned {
                id: known.id,
                flow: ended.flow,
                state: ended.state,
            });
        }
        Ok(pruned)
    }
}
