//! How long runs are kept: the newest finished ones of each flow, and all that have not finished.

use std::collections::HashMap;

use super::lock::{self, Taken};
use super::{Known, LOCK, Runs, RunsError};
use crate::disk;
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
    #[cfg(any(feature = "cli", test))]
    pub(crate) fn prune(&self, flow: Option<&str>, keep: usize, dry: bool) -> Result<Vec<Pruned>, RunsError> {
        self.prune_but(None, flow, keep, dry)
    }

    /// The same for the flow of a run that has just ended, which stays: its results may be asked for, and where the clock was
    /// set back it is not the newest.
    ///
    /// # Errors
    ///
    /// As [`prune`](Self::prune).
    pub(crate) fn prune_behind(&self, run: &str, flow: &str, keep: usize) -> Result<(), RunsError> {
        self.prune_but(Some(run), Some(flow), keep, false).map(drop)
    }

    fn prune_but(
        &self,
        run: Option<&str>,
        flow: Option<&str>,
        keep: usize,
        dry: bool,
    ) -> Result<Vec<Pruned>, RunsError> {
        let _gate = match self.gate() {
            // To look needs no room, nor the right to write.
            Err(_) if dry => None,
            gate => Some(gate?),
        };
        let mut kept: HashMap<String, usize> = HashMap::new();
        let mut pruned = Vec::new();
        for known in self.list()? {
            let of = match (&known.ended, &known.summary) {
                (Some(ended), _) => &ended.flow,
                (None, Ok(summary)) => &summary.flow,
                (None, Err(_)) => continue,
            };
            if flow.is_some_and(|flow| flow != of) {
                continue;
            }
            let of = of.clone();
            // One that has not finished goes on some day.
            let Some(state) = self.finished(&known) else {
                continue;
            };
            let newer = kept.entry(of.clone()).or_default();
            *newer += 1;
            if *newer <= keep || run == Some(&*known.id) {
                continue;
            }
            let Some(directory) = self.directory(&known.id)? else {
                continue;
            };
            if dry {
                if self.holder_behind_gate(&known.id).is_some() {
                    continue;
                }
            } else {
                let Ok(Taken::Ours(_lock)) = lock::take(&directory.join(LOCK)) else {
                    continue;
                };
                disk::remove_tree(&directory).map_err(|source| RunsError::io(&directory, source))?;
            }
            pruned.push(Pruned {
                id: known.id,
                flow: of,
                state,
            });
        }
        Ok(pruned)
    }

    /// The state in which a run has finished; who holds the gate asks. Its process may have died before it had written that
    /// down, and the journal says it too.
    fn finished(&self, known: &Known) -> Option<String> {
        match &known.ended {
            Some(ended) => Some(ended.state.clone()).filter(|state| state != StateType::Pending.name()),
            None if self.holder_behind_gate(&known.id).is_some() => None,
            None => {
                let state = self.read(&known.id).ok()?.state;
                // Before its first slice nobody knows which nodes it has.
                (state.slice() > 0 && state.is_finished()).then(|| "Finished".to_owned())
            }
        }
    }
}
