//! Large results without a target: files of one run, beside its journal.
//!
//! They lie in the store, under `.flow/runs/<run id>/results/` where the journal is beside them and under
//! `.flow/stored/<run id>/results/` else, for whoever drives runs there would not know whose they are. Their names end in the digest of the result: a process
//! whose run goes on elsewhere, and that has not found out yet, cannot change what others have recorded. Those of a run that
//! records nothing go with it; what a killed one leaves behind is swept by the next run, and never read.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::CheckpointError;
use crate::digest::ShortDigest;
use crate::runs::{Directory, PLACE, Runs};
use crate::state::STORED_RUNS;
use crate::store::{Store, StorePath, wait};

/// Where one run spills.
pub(crate) struct Spill {
    store: Arc<dyn Store>,
    /// What has the directories of runs.
    place: &'static str,
    run: String,
    passing: Option<Passing>,
}

/// What a run leaves that records nothing.
struct Passing {
    /// On the local disk a directory of its own, whose lock says that the run lives.
    runs: Option<Runs>,
    directory: OnceLock<Result<Directory, String>>,
    written: Mutex<Vec<StorePath>>,
}

impl Spill {
    /// For a run that is recorded: what it spills stays with its journal, which lies beside or elsewhere.
    pub(crate) fn kept(store: Arc<dyn Store>, run: &str, beside: bool) -> Self {
        Self {
            store,
            place: if beside { PLACE } else { STORED_RUNS },
            run: run.to_owned(),
            passing: None,
        }
    }

    /// For a run that records nothing: what it spills goes with it. `runs` are those of a store on the local disk.
    pub(crate) fn passing(store: Arc<dyn Store>, run: &str, runs: Option<Runs>) -> Self {
        let mut spill = Self::kept(store, run, runs.is_some());
        spill.passing = Some(Passing {
            runs,
            directory: OnceLock::new(),
            written: Mutex::default(),
        });
        spill
    }

    /// Writes a result with this digest; answers where.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(crate) async fn write(
        &self,
        name: &str,
        digest: ShortDigest,
        bytes: &[u8],
    ) -> Result<StorePath, CheckpointError> {
        let path = self.prepare(name, digest)?;
        self.store.put(&path, bytes).await?;
        Ok(path)
    }

    /// Where a result with this digest belongs, which is about to be written there.
    ///
    /// # Errors
    ///
    /// If that is nowhere.
    pub(crate) fn prepare(&self, name: &str, digest: ShortDigest) -> Result<StorePath, CheckpointError> {
        let path = StorePath::new(format!("{}/{}/results/{name}-{digest}", self.place, self.run))?;
        if let Some(passing) = &self.passing {
            passing.enter(&self.run)?;
            passing.written().push(path.clone());
        }
        Ok(path)
    }
}

impl Passing {
    fn enter(&self, run: &str) -> Result<(), CheckpointError> {
        let Some(runs) = &self.runs else {
            return Ok(());
        };
        let made = self.directory.get_or_init(|| {
            let made = runs.make(run).map(Directory::passing);
            made.map_err(|error| crate::failure::chain(&error))
        });
        made.as_ref()
            .map(|_| ())
            .map_err(|why| CheckpointError::Spill { why: why.clone() })
    }

    fn written(&self) -> std::sync::MutexGuard<'_, Vec<StorePath>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Spill {
    fn drop(&mut self) {
        // On the local disk the directory goes as a whole.
        if let Some(passing) = self.passing.as_ref().filter(|passing| passing.runs.is_none()) {
            for path in passing.written().drain(..) {
                let _ = wait(self.store.delete(&path));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::Arc;

    use super::Spill;
    use crate::digest::ShortDigest;
    use crate::runs::Runs;
    use crate::store::{Blocking, BlockingStore as _, LocalStore, MemoryStore, Store, wait};

    const DIGEST: ShortDigest = ShortDigest::from_bytes([7; 16]);

    fn passing(root: &Path, run: &str) -> Spill {
        let store: Arc<dyn Store> = Arc::new(Blocking::new(LocalStore::new(root)));
        Spill::passing(store, run, Some(Runs::new(root)))
    }

    #[test]
    fn a_spill_goes_with_a_run_that_records_nothing() {
        let root = tempfile::tempdir().unwrap();
        let spill = passing(root.path(), "run-1");
        assert!(
            !root.path().join(".flow").exists(),
            "nothing is written before the first spill"
        );
        let path = wait(spill.write("0-rows", DIGEST, b"bytes")).unwrap();
        let file = root.path().join(path.as_str());
        assert_eq!(fs::read(&file).unwrap(), b"bytes");
        drop(spill);
        assert!(!file.exists());
    }

    #[test]
    fn so_it_does_in_a_store_that_is_no_directory() {
        let memory = MemoryStore::new();
        let spill = Spill::passing(Arc::new(Blocking::new(memory.clone())), "run-1", None);
        let path = wait(spill.write("0-rows", DIGEST, b"bytes")).unwrap();
        assert_eq!(memory.get(&path).unwrap().unwrap(), b"bytes");
        drop(spill);
        assert_eq!(memory.list(None).unwrap(), []);
    }

    #[test]
    fn what_a_recorded_run_spills_stays() {
        let memory = MemoryStore::new();
        let spill = Spill::kept(Arc::new(Blocking::new(memory.clone())), "run-1", false);
        let path = wait(spill.write("0-rows", DIGEST, b"bytes")).unwrap();
        drop(spill);
        assert_eq!(memory.get(&path).unwrap().unwrap(), b"bytes");
    }

    #[test]
    fn another_result_of_the_same_node_takes_nothing_away() {
        let memory = MemoryStore::new();
        let spill = Spill::kept(Arc::new(Blocking::new(memory.clone())), "run-1", false);
        let recorded = wait(spill.write("0-rows", DIGEST, b"bytes")).unwrap();
        assert_eq!(
            recorded.as_str(),
            format!(".flow/stored/run-1/results/0-rows-{DIGEST}")
        );
        let other = ShortDigest::from_bytes([8; 16]);
        wait(spill.write("0-rows", other, b"other")).unwrap();
        assert_eq!(memory.get(&recorded).unwrap().unwrap(), b"bytes");
    }

    #[test]
    fn dead_runs_are_swept_and_live_ones_are_not() {
        let root = tempfile::tempdir().unwrap();
        let live = passing(root.path(), "live");
        let kept = wait(live.write("0-rows", DIGEST, b"bytes")).unwrap();
        let dead = root.path().join(".flow/runs/dead");
        fs::create_dir_all(dead.join("results")).unwrap();
        fs::write(dead.join("lock"), b"").unwrap();
        fs::write(dead.join("results/0-rows"), b"left behind").unwrap();
        wait(passing(root.path(), "next").write("0-rows", DIGEST, b"other")).unwrap();
        assert!(!dead.exists());
        assert!(root.path().join(kept.as_str()).exists());
    }

    #[test]
    fn an_unwritable_place_is_an_error_that_names_it() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(".flow"), b"a file where a directory must be").unwrap();
        let error = wait(passing(root.path(), "run").write("0-rows", DIGEST, b"")).unwrap_err();
        assert!(crate::failure::chain(&error).contains(".flow"), "{error}");
    }
}
