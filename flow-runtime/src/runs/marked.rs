//! How long runs are kept in a store that is no directory: the newest finished ones of each flow, and all that have not finished.
//!
//! Nobody can lock a run there. What says that one has ended is a marker beside it, which counts only as long as no part of its log
//! is newer: who goes on with a run takes it back before anything is read, who removes one takes it before anything goes, both by
//! compare-and-swap.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::stored::{StoredRuns, number, place};
use super::{Ended, RunsError, meant, unknown_holder};
use crate::digest::{Digest, ShortDigest};
use crate::state::{STORED_RUNS, StateType, is_run_id};
use crate::store::{StoreErrorKind, StorePath, Version, wait};

/// So often a marker that changes under our hands is read again.
const MOST_LOOKS: usize = 20;

/// The state of a run that is being removed.
const REMOVED: &str = "Removed";

/// What stands beside a run.
#[derive(Debug, Serialize, Deserialize)]
struct Marker {
    #[serde(flatten)]
    ended: Ended,
    /// The number of the next part of its log, were there one.
    parts: u64,
}

impl Marker {
    fn json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("text, a time and a number")
    }

    /// Whether it says that the run with these files has ended.
    fn holds(&self, files: &[StorePath]) -> bool {
        let is_newer =
            |file: &StorePath| is_part(file) && number(file).is_some_and(|number| number >= self.parts);
        StateType::named(&self.ended.state).is_some_and(StateType::is_finished) && !files.iter().any(is_newer)
    }

    /// The same run in another state.
    fn becomes(self, state: &str) -> Self {
        let ended = Ended {
            state: state.to_owned(),
            ..self.ended
        };
        Self { ended, ..self }
    }
}

impl StoredRuns {
    /// The whole id that `prefix` means: the only run whose id starts so, or the newest for `latest`.
    ///
    /// # Errors
    ///
    /// If there is none, there are several, or the store fails.
    pub(crate) fn whole_id(&self, prefix: &str) -> Result<String, RunsError> {
        let is_recorded = |files: &[StorePath]| {
            let has = |file: &StorePath| is_part(file) || file.segments().nth(3) == Some("base");
            files.iter().any(has)
        };
        if is_run_id(prefix) && is_recorded(&wait(self.files(prefix))?) {
            return Ok(prefix.to_owned());
        }
        let runs = wait(self.runs())?;
        let ids = runs.into_iter().filter(|(_, files)| is_recorded(files));
        meant(ids.map(|(id, _)| id).collect(), prefix)
    }

    /// Takes back that a run of `flow` has ended, before it goes on.
    ///
    /// # Errors
    ///
    /// If it is being removed, or the store fails.
    pub(crate) fn goes_on(&self, run: &str, flow: &str) -> Result<(), RunsError> {
        wait(async {
            let path = marker_of(run, flow)?;
            for _ in 0..MOST_LOOKS {
                let Some((marker, version)) = self.marker(&path).await? else {
                    return Ok(());
                };
                if marker.ended.state == REMOVED {
                    return Err(RunsError::unknown(run));
                }
                let going = marker.becomes(StateType::Running.name()).json();
                match self.store().replace(&path, &going, &version).await {
                    Ok(Some(_)) => return Ok(()),
                    Ok(None) => {}
                    // It cannot be taken back so, and nobody can remove the run either.
                    Err(error) if error.kind() == StoreErrorKind::Unsupported => {
                        self.store().delete(&path).await?;
                        return Ok(());
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            Err(RunsError::Held {
                run: run.to_owned(),
                holder: unknown_holder(),
            })
        })
    }

    /// The run has ended: that is written beside what there is of it, with the number of the next part of its log, `parts` where this
    /// process has written them; and the finished runs of its flow go that are not among the newest `keep`. Where it has nothing in
    /// the store, there is nothing to do.
    ///
    /// # Errors
    ///
    /// If the store fails. What could not be removed goes when the next run of the flow ends.
    pub(crate) async fn end(
        &self,
        run: &str,
        ended: &Ended,
        parts: Option<u64>,
        keep: usize,
    ) -> Result<(), RunsError> {
        let own = self.files(run).await?;
        if own.is_empty() {
            return Ok(());
        }
        let numbers = own.iter().filter(|file| is_part(file)).filter_map(number);
        let marker = Marker {
            ended: ended.clone(),
            parts: parts.unwrap_or_else(|| numbers.max().map_or(0, |last| last + 1)),
        };
        self.store()
            .put(&marker_of(run, &ended.flow)?, &marker.json())
            .await?;
        let mut newer = 0;
        // The newest first: an id begins with its time.
        for (id, files) in self.runs().await?.into_iter().rev() {
            let path = marker_of(&id, &ended.flow)?;
            if !files.contains(&path) {
                continue;
            }
            let Some((marker, version)) = self.marker(&path).await? else {
                continue;
            };
            let is_half_removed = marker.ended.state == REMOVED;
            if !is_half_removed {
                if !marker.holds(&files) {
                    continue;
                }
                newer += 1;
                // The one that has just ended stays: its results may be asked for.
                if newer <= keep || id == run {
                    continue;
                }
                // Listed once more where it matters: it may have gone on since.
                if !marker.holds(&self.files(&id).await?) {
                    continue;
                }
                let removed = marker.becomes(REMOVED).json();
                if self.store().replace(&path, &removed, &version).await?.is_none() {
                    // It goes on.
                    continue;
                }
            }
            let mut others = self.files(&id).await?;
            others.retain(|file| *file != path);
            // What says that they go is the last to go.
            self.remove(&others).await;
            self.remove(&[path]).await;
        }
        Ok(())
    }

    /// The files of one run.
    async fn files(&self, run: &str) -> Result<Vec<StorePath>, RunsError> {
        Ok(self.store().list(Some(&directory_of(run)?)).await?)
    }

    /// The files of each run.
    async fn runs(&self) -> Result<BTreeMap<String, Vec<StorePath>>, RunsError> {
        let all = StorePath::new(STORED_RUNS).map_err(|_| RunsError::None)?;
        let mut runs: BTreeMap<String, Vec<StorePath>> = BTreeMap::new();
        for file in self.store().list(Some(&all)).await? {
            let id = file
                .segments()
                .nth(2)
                .filter(|id| is_run_id(id))
                .map(str::to_owned);
            if let Some(id) = id {
                runs.entry(id).or_default().push(file);
            }
        }
        Ok(runs)
    }

    /// What a marker says; `None` where there is none, or a newer program wrote it.
    async fn marker(&self, path: &StorePath) -> Result<Option<(Marker, Version)>, RunsError> {
        let found = self.store().get_version(path).await?;
        Ok(found.and_then(|(json, version)| Some((serde_json::from_slice(&json).ok()?, version))))
    }
}

fn is_part(file: &StorePath) -> bool {
    file.segments().nth(3) == Some("log")
}

/// All of a run.
fn directory_of(run: &str) -> Result<StorePath, RunsError> {
    if !is_run_id(run) {
        return Err(RunsError::unknown(run));
    }
    StorePath::new(format!("{STORED_RUNS}/{run}")).map_err(|_| RunsError::unknown(run))
}

/// Its name tells the flow, so that nobody has to read those of other flows.
fn marker_of(run: &str, flow: &str) -> Result<StorePath, RunsError> {
    place(
        run,
        &format!("ended-{}", ShortDigest::from(Digest::of(flow.as_bytes()))),
    )
}
