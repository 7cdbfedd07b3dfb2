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
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::StoredRuns;
    use crate::journal::{Opened, Record};
    use crate::runs::tests::{begin, ended};
    use crate::state::StateType;
    use crate::store::{
        Blocking, BlockingStore, MemoryStore, Operation, Stat, StoreError, StoreErrorKind, StorePath,
    };

    fn runs(store: impl BlockingStore + 'static) -> StoredRuns {
        StoredRuns::new(Arc::new(Blocking::new(store)))
    }

    /// A run of one node that has succeeded, with as many parts as make the next process write a base.
    fn long_run(memory: &MemoryStore) {
        let (journalled, _) = runs(memory.clone()).drive("r1").unwrap();
        begin(&journalled.log, "r1", 1);
        journalled.log.append(&ended(0, b"one"));
        for slice in 2..80 {
            journalled.log.append(&Record::Opened(Opened { slice }));
            journalled.log.flush().unwrap();
        }
    }

    /// A store in which something happens between two operations of another process.
    struct Meddled {
        inner: MemoryStore,
        /// What happens before files are listed, or before a part is read.
        before: Mutex<Option<Meddling>>,
    }

    type Meddling = (bool, Box<dyn FnOnce() + Send>);

    impl Meddled {
        fn happens(&self, lists: bool) {
            let happens = self.before.lock().unwrap().take_if(|(at, _)| *at == lists);
            if let Some((_, happens)) = happens {
                happens();
            }
        }
    }

    impl std::fmt::Debug for Meddled {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.inner.fmt(f)
        }
    }

    impl BlockingStore for Meddled {
        fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError> {
            if path.as_str().contains("/log/") {
                self.happens(false);
            }
            self.inner.get(path)
        }

        fn stat(&self, path: &StorePath) -> Result<Option<Stat>, StoreError> {
            self.inner.stat(path)
        }

        fn put(&self, path: &StorePath, bytes: &[u8]) -> Result<Stat, StoreError> {
            self.inner.put(path, bytes)
        }

        fn put_if_absent(&self, path: &StorePath, bytes: &[u8]) -> Result<bool, StoreError> {
            self.inner.put_if_absent(path, bytes)
        }

        fn list(&self, below: Option<&StorePath>) -> Result<Vec<StorePath>, StoreError> {
            self.happens(true);
            self.inner.list(below)
        }

        fn delete(&self, path: &StorePath) -> Result<bool, StoreError> {
            self.inner.delete(path)
        }

        fn show(&self, path: &StorePath) -> String {
            self.inner.show(path)
        }
    }

    /// A store that removes nothing.
    #[derive(Debug)]
    struct Keeps(MemoryStore);

    impl BlockingStore for Keeps {
        fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError> {
            self.0.get(path)
        }

        fn stat(&self, path: &StorePath) -> Result<Option<Stat>, StoreError> {
            self.0.stat(path)
        }

        fn put(&self, path: &StorePath, bytes: &[u8]) -> Result<Stat, StoreError> {
            self.0.put(path, bytes)
        }

        fn put_if_absent(&self, path: &StorePath, bytes: &[u8]) -> Result<bool, StoreError> {
            self.0.put_if_absent(path, bytes)
        }

        fn list(&self, below: Option<&StorePath>) -> Result<Vec<StorePath>, StoreError> {
            self.0.list(below)
        }

        fn delete(&self, path: &StorePath) -> Result<bool, StoreError> {
            Err(StoreError::new(
                StoreErrorKind::Denied,
                Operation::Delete,
                self.show(path),
            ))
        }

        fn show(&self, path: &StorePath) -> String {
            self.0.show(path)
        }
    }

    #[test]
    fn who_reads_while_a_base_is_made_misses_nothing() {
        for lists in [true, false] {
            let memory = MemoryStore::new();
            long_run(&memory);
            let others = runs(memory.clone());
            let base = move || drop(others.drive("r1").unwrap());
            let meddled = Meddled {
                inner: memory,
                before: Mutex::new(Some((lists, Box::new(base)))),
            };
            let recorded = runs(meddled).read("r1").unwrap();
            assert_eq!(recorded.state.nodes[0].state.kind, StateType::Success, "{lists}");
            assert_eq!(recorded.state.slice(), 79, "{lists}");
        }
    }

    #[test]
    fn parts_that_cannot_be_removed_stop_nobody_and_go_later() {
        let memory = MemoryStore::new();
        long_run(&memory);
        let log = StorePath::new(".flow/stored/r1/log").unwrap();
        let parts = || memory.list(Some(&log)).unwrap().len();
        let before = runs(memory.clone()).read("r1").unwrap();
        let keeps = Keeps(memory.clone());
        let (journalled, recorded) = runs(keeps).drive("r1").unwrap();
        assert_eq!(recorded.unwrap().state, before.state);
        assert_eq!(parts(), 78);
        journalled.log.append(&Record::Opened(Opened { slice: 80 }));
        journalled.log.flush().unwrap();
        drop(runs(memory.clone()).drive("r1").unwrap());
        assert_eq!(parts(), 1);
        assert_eq!(runs(memory.clone()).read("r1").unwrap().state.slice(), 80);
    }

    #[test]
    fn who_was_overtaken_finds_out_also_where_its_next_number_is_free_again() {
        let memory = MemoryStore::new();
        let (first, _) = runs(memory.clone()).drive("r1").unwrap();
        begin(&first.log, "r1", 1);
        first.log.flush().unwrap();
        let (second, _) = runs(memory.clone()).drive("r1").unwrap();
        for slice in 2..80 {
            second.log.append(&Record::Opened(Opened { slice }));
            second.log.flush().unwrap();
        }
        // A third one makes a base of it all: the number that the first would write is free.
        drop(runs(memory.clone()).drive("r1").unwrap());
        first.log.append(&ended(0, b"one"));
        let error = first.log.flush().unwrap_err();
        assert_eq!(error.0.kind(), io::ErrorKind::AlreadyExists);
        let recorded = runs(memory).read("r1").unwrap();
        assert_eq!(recorded.state.nodes[0].state.kind, StateType::Pending);
    }
}
