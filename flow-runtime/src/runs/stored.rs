//! The runs that a store keeps itself: sliced ones, whose next process may be anywhere. No file is changed once it is
//! written, but for the base, which is replaced as a whole.
//!
//! ```text
//! .flow/stored/<run id>/base            the run up to a part of its log, once that has grown long
//! .flow/stored/<run id>/log/00000042    what one process wrote at once; its number is the next one
//! .flow/stored/<run id>/results/…       results too large for the log, also of a run whose journal lies elsewhere
//! .flow/stored/<run id>/ended-…         how the run ended, until it goes on
//! ```
//!
//! Nobody can lock a run here. Who writes a part takes its number, and only one can: a process whose run goes on elsewhere
//! finds its next number taken, and stops.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Holder, Journalled, RunsError};
use crate::journal::{Log, Medium, Recorded, Replay, header, snapshot};
use crate::state::{STORED_RUNS, is_run_id};
use crate::store::{Store, StorePath, Version, wait};

/// A log of so many parts is made one base.
const LONGEST: usize = 64;

/// A base is seldom made: that it happens again and again while one reads is an error of the store.
const MOST_LOOKS: usize = 20;

/// The runs in a store.
#[derive(Debug, Clone)]
pub(crate) struct StoredRuns {
    store: Arc<dyn Store>,
}

/// What a store has of a run.
struct Found {
    recorded: Option<Recorded>,
    base: Option<Version>,
    parts: Vec<StorePath>,
    /// Parts that the base has already: who made it could not remove them, or died.
    outdated: Vec<StorePath>,
    /// The number of the next part.
    next: u64,
}

impl StoredRuns {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    pub(super) fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Reads a run, whoever drives it.
    ///
    /// # Errors
    ///
    /// If there is none, or it cannot be read.
    pub(crate) fn read(&self, run: &str) -> Result<Recorded, RunsError> {
        let found = wait(self.find(run))?;
        found.recorded.ok_or_else(|| RunsError::unknown(run))
    }

    /// Drives the run with this id: what was recorded of it is read, and what follows is written behind it.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub(crate) fn drive(&self, run: &str) -> Result<(Journalled, Option<Recorded>), RunsError> {
        let found = wait(self.find(run))?;
        wait(self.remove(&found.outdated));
        // A base says nothing of what is not believed in a damaged part: then all stay.
        let is_long = |recorded: &&Recorded| found.parts.len() >= LONGEST && !recorded.is_damaged;
        if let Some(recorded) = found.recorded.as_ref().filter(is_long) {
            wait(self.compact(run, recorded, &found))?;
        }
        let next = Arc::new(Mutex::new(found.next));
        let medium = Parts {
            runs: self.clone(),
            run: run.to_owned(),
            next: Arc::clone(&next),
        };
        let shown = self.store.show(&place(run, "log")?);
        let log = Log::new(medium, false).map_err(|source| RunsError::Io {
            file: shown.clone(),
            source,
        })?;
        let journalled = Journalled {
            directory: None,
            parts: Some(next),
            log,
            shown,
        };
        Ok((journalled, found.recorded))
    }

    async fn find(&self, run: &str) -> Result<Found, RunsError> {
        for _ in 0..MOST_LOOKS {
            // A part that goes while we read is in a newer base.
            if let Some(found) = self.look(run).await? {
                return Ok(found);
            }
        }
        Err(RunsError::Io {
            file: self.store.show(&place(run, "log")?),
            source: io::Error::other("parts of it come and go"),
        })
    }

    /// Reads what is there; `None` where parts have become another base meanwhile.
    async fn look(&self, run: &str) -> Result<Option<Found>, RunsError> {
        let base = self.store.get_version(&place(run, "base")?).await?;
        let parts = self.store.list(Some(&place(run, "log")?)).await?;
        let mut replay = Replay::default();
        let unusable = |path: &StorePath, source| RunsError::Journal {
            file: self.store.show(path),
            source,
        };
        let mut next = 0;
        let mut version = None;
        if let Some((bytes, of)) = base {
            let path = place(run, "base")?;
            let (number, bytes) = bytes
                .split_first_chunk()
                .ok_or_else(|| unusable(&path, crate::journal::JournalError::NoJournal))?;
            next = u64::from_le_bytes(*number);
            replay.read(bytes).map_err(|source| unusable(&path, source))?;
            version = Some(of);
        }
        let (mut read, mut outdated) = (Vec::new(), Vec::new());
        for path in parts {
            let Some(number) = number(&path) else { continue };
            if number < next {
                // The base says what it said.
                outdated.push(path);
                continue;
            }
            if number > next {
                // It was written by a process that did not know of the one before: what it says hangs in the air.
                break;
            }
            let Some(bytes) = self.store.get(&path).await? else {
                return Ok(None);
            };
            replay.read(&bytes).map_err(|source| unusable(&path, source))?;
            next = number + 1;
            read.push(path);
        }
        // Parts that are not there may be in a base that was not there yet.
        let base = self.store.get_version(&place(run, "base")?).await?;
        if base.map(|(_, of)| of) != version {
            return Ok(None);
        }
        let recorded = if version.is_some() || !read.is_empty() {
            Some(replay.end().map_err(|source| RunsError::Journal {
                file: run.to_owned(),
                source,
            })?)
        } else {
            None
        };
        Ok(Some(Found {
            recorded,
            base: version,
            parts: read,
            outdated,
            next,
        }))
    }

    /// Makes one base of a run's log. Who reads meanwhile finds the old base with the log, or the new one: parts go only
    /// when the base that has them is there.
    async fn compact(&self, run: &str, recorded: &Recorded, found: &Found) -> Result<(), RunsError> {
        let path = place(run, "base")?;
        let mut bytes = found.next.to_le_bytes().to_vec();
        bytes.extend(snapshot(recorded));
        let replaced = match &found.base {
            Some(version) => self.store.replace(&path, &bytes, version).await?.is_some(),
            None => self.store.put_if_absent(&path, &bytes).await?,
        };
        // Somebody else has made one: what we know is not newer, and the parts are theirs to remove.
        if replaced {
            self.remove(&found.parts).await;
        }
        Ok(())
    }

    /// Removes parts that nobody reads any more. Those that cannot be removed are left to the next process.
    pub(super) async fn remove(&self, parts: &[StorePath]) {
        for part in parts {
            let _ = self.store.delete(part).await;
        }
    }
}

/// A file of a run.
pub(super) fn place(run: &str, file: &str) -> Result<StorePath, RunsError> {
    if !is_run_id(run) {
        return Err(RunsError::unknown(run));
    }
    StorePath::new(format!("{STORED_RUNS}/{run}/{file}")).map_err(|_| RunsError::unknown(run))
}

/// The number of a part.
pub(super) fn number(path: &StorePath) -> Option<u64> {
    path.segments().next_back()?.parse().ok()
}

/// The parts of a run's log, one for each write.
struct Parts {
    runs: StoredRuns,
    run: String,
    next: Arc<Mutex<u64>>,
}

impl Medium for Parts {
    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let path = place(&self.run, &format!("log/{:08}", *next)).map_err(io::Error::other)?;
        let mut part = header().to_vec();
        part.extend_from_slice(bytes);
        let is_ours = wait(self.runs.store.put_if_absent(&path, &part)).map_err(io::Error::other)?;
        if !is_ours {
            return Err(taken());
        }
        // The number may be free again because its part, another process's, has become part of a base.
        let base = place(&self.run, "base").map_err(io::Error::other)?;
        let base = wait(self.runs.store.get(&base)).map_err(io::Error::other)?;
        let begins = base
            .as_deref()
            .and_then(<[u8]>::first_chunk)
            .map_or(0, |number| u64::from_le_bytes(*number));
        if begins > *next {
            return Err(taken());
        }
        *next += 1;
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

fn taken() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "another process drives the run")
}

/// That the first part of a process was taken by another one.
pub(crate) fn is_held(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AlreadyExists
}

/// Nobody knows who that is.
pub(crate) fn unknown_holder() -> Holder {
    Holder {
        process: None,
        host: String::new(),
    }
}

#[cfg(test)]
mod tests;
