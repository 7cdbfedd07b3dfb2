//! A store in memory: for runs that neither read nor write files, and for tests.
//!
//! It behaves as the local disk does, but for what only a disk can do wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Alone, BlockingStore, Operation, Stat, StoreError, StorePath, Turn};

/// Files in memory; clones share them.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    files: Arc<Mutex<Files>>,
}

#[derive(Debug, Default)]
struct Files {
    by_path: BTreeMap<StorePath, (Vec<u8>, Stat)>,
    /// Stands for the modification time: one tick a write, so that no two writes look alike.
    ticks: i64,
    /// The paths that somebody is alone with.
    taken: BTreeSet<StorePath>,
}

/// Somebody who is alone with a path.
#[derive(Debug)]
struct Taken {
    store: MemoryStore,
    path: StorePath,
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.store.files().taken.remove(&self.path);
    }
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        // Every change is a single step: a panic elsewhere leaves nothing half done.
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Files {
    fn write(&mut self, path: &StorePath, bytes: &[u8]) -> Result<Stat, StoreError> {
        self.check(path, Operation::Put)?;
        self.ticks += 1;
        let stat = Stat {
            len: bytes.len() as u64,
            modified: Some(self.ticks),
        };
        self.by_path.insert(path.clone(), (bytes.to_vec(), stat));
        Ok(stat)
    }

    /// As on a disk, nothing is a file and a directory at once.
    fn check(&self, path: &StorePath, operation: Operation) -> Result<(), StoreError> {
        let blocked_by = |by: &str| Err(StoreError::blocked(operation, path.as_str(), by));
        let parents = path
            .as_str()
            .match_indices('/')
            .map(|(at, _)| &path.as_str()[..at]);
        if let Some(file) = parents
            .into_iter()
            .find(|parent| self.by_path.contains_key(*parent))
        {
            return blocked_by(file);
        }
        let directory = format!("{path}/");
        let below = (Bound::Included(directory.as_str()), Bound::Unbounded);
        match self.by_path.range::<str, _>(below).next() {
            Some((file, _)) if file.is_below(path) => blocked_by(path.as_str()),
            _ => Ok(()),
        }
    }

    fn read(&self, path: &StorePath, operation: Operation) -> Result<Option<&(Vec<u8>, Stat)>, StoreError> {
        let found = self.by_path.get(path);
        if found.is_none() {
            self.check(path, operation)?;
        }
        Ok(found)
    }
}

impl BlockingStore for MemoryStore {
    fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self
            .files()
            .read(path, Operation::Get)?
            .map(|(bytes, _)| bytes.clone()))
    }

    fn stat(&self, path: &StorePath) -> Result<Option<Stat>, StoreError> {
        Ok(self.files().read(path, Operation::Stat)?.map(|(_, stat)| *stat))
    }

    fn put(&self, path: &StorePath, bytes: &[u8]) -> Result<Stat, StoreError> {
        self.files().write(path, bytes)
    }

    fn put_if_absent(&self, path: &StorePath, bytes: &[u8]) -> Result<bool, StoreError> {
        let mut files = self.files();
        if files.by_path.contains_key(path) {
            return Ok(false);
        }
        files.write(path, bytes)?;
        Ok(true)
    }

    fn list(&self, below: Option<&StorePath>) -> Result<Vec<StorePath>, StoreError> {
        let files = self.files();
        let wanted = files
            .by_path
            .keys()
            .filter(|path| below.is_none_or(|below| path.is_below(below)));
        Ok(wanted.cloned().collect())
    }

    fn delete(&self, path: &StorePath) -> Result<bool, StoreError> {
        let mut files = self.files();
        files.check(path, Operation::Delete)?;
        Ok(files.by_path.remove(path).is_some())
    }

    fn show(&self, path: &StorePath) -> String {
        path.to_string()
    }

    fn try_alone(&self, path: &StorePath) -> Result<Turn, StoreError> {
        if !self.files().taken.insert(path.clone()) {
            return Ok(Turn::Taken {
                lock: path.to_string(),
            });
        }
        Ok(Turn::Alone(Alone::new(Taken {
            store: self.clone(),
            path: path.clone(),
        })))
    }
}
