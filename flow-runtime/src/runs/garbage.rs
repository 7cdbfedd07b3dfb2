//! Files in a store that nothing needs any more: records of targets that are gone, large results that no journal speaks
//! of, what dead processes left unfinished.

use std::collections::HashSet;

use super::directory::is_known;
use super::{PLACE, Runs, RunsError};
use crate::checkpoint::Record;
use crate::state::ResultPlace;
use crate::store::{BlockingStore as _, StorePath, Turn};

/// A file that nothing needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Garbage {
    pub(crate) path: StorePath,
    /// As the user would type it.
    pub(crate) shown: String,
    pub(crate) bytes: u64,
    /// Why nothing needs it.
    pub(crate) why: &'static str,
}

/// Where records lie.
const RECORDS: &str = ".flow/records";

impl Runs {
    /// The files that nothing needs; with `delete` they are removed. Runs that somebody drives are left alone.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub(crate) fn garbage(&self, delete: bool) -> Result<Vec<Garbage>, RunsError> {
        let is_there = self.existing(".flow")?.is_some();
        let _gate = match is_there.then(|| self.gate()) {
            // To look needs no room, nor the right to write.
            Some(Err(_)) if !delete => None,
            gate => gate.transpose()?,
        };
        let mut garbage = self.records(delete)?;
        let results = self.results()?;
        if delete {
            for garbage in &results {
                self.store.delete(&garbage.path)?;
            }
        }
        garbage.extend(results);
        Ok(garbage)
    }

    fn thrown_away(&self, path: StorePath, why: &'static str) -> Garbage {
        let bytes = self.store.stat(&path).ok().flatten().map_or(0, |stat| stat.len);
        Garbage {
            shown: self.store.show(&path),
            path,
            bytes,
            why,
        }
    }

    /// Records of files that are not there; with `delete` they are removed. Of a file that somebody is about to put in its
    /// place the record is there first: it stays.
    fn records(&self, delete: bool) -> Result<Vec<Garbage>, RunsError> {
        let below = StorePath::new(RECORDS).expect("a valid path");
        let mut garbage = Vec::new();
        for path in self.store.list(Some(&below))? {
            let Some(bytes) = self.store.get(&path)? else {
                continue;
            };
            // What is no record is not ours to judge.
            let Ok(record) = Record::decode(&bytes) else {
                continue;
            };
            if self.store.stat(&record.path)?.is_some() {
                continue;
            }
            let found = self.thrown_away(path, "the file that it is the record of is gone");
            if delete {
                let turn = self.store.try_alone(&record.path)?;
                if matches!(turn, Turn::Taken { .. }) || self.store.stat(&record.path)?.is_some() {
                    continue;
                }
                self.store.delete(&found.path)?;
            }
            garbage.push(found);
        }
        Ok(garbage)
    }

    /// Large results that the journals of all runs together do not name.
    fn results(&self) -> Result<Vec<Garbage>, RunsError> {
        let mut named: HashSet<StorePath> = HashSet::new();
        let mut unreadable: HashSet<String> = HashSet::new();
        for id in self.ids()? {
            match self.read(&id) {
                Ok(recorded) => {
                    let results = recorded.state.nodes.into_iter().filter_map(|node| node.result);
                    named.extend(results.filter_map(|result| match result.place {
                        ResultPlace::Spilled(path) => Some(path),
                        _ => None,
                    }));
                }
                Err(RunsError::Unknown { .. })
                    if self.directory(&id)?.is_some_and(|directory| is_known(&directory)) => {}
                // Nobody knows what it names.
                Err(_) => {
                    unreadable.insert(id);
                }
            }
        }
        let below = StorePath::new(PLACE).expect("a valid path");
        let mut garbage = Vec::new();
        for path in self.store.list(Some(&below))? {
            let is_left = {
                let mut segments = path.segments().skip(2);
                matches!((segments.next(), segments.next()), (Some(id), Some("results"))
                    if !named.contains(&path) && !unreadable.contains(id) && self.holder_behind_gate(id).is_none())
            };
            if is_left {
                garbage.push(self.thrown_away(path, "no recorded run names it"));
            }
        }
        Ok(garbage)
    }
}
