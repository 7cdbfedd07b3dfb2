//! Large results without a target: files that belong to one run of one process, and go with it.
//!
//! They lie under `.flow/runs/<run id>/` of the store's directory. A lock tells a run that lives from one that was
//! killed; what the dead leave behind is swept by the next run that spills, and never read.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Where one run spills.
#[derive(Debug)]
pub(crate) struct Spill {
    runs: PathBuf,
    run: String,
    /// The run's directory and its lock, made with the first spill.
    open: OnceLock<Result<(PathBuf, File), io::ErrorKind>>,
}

impl Spill {
    /// For a run in the store at `root`; nothing is written yet.
    pub(crate) fn new(root: &Path, run: &str) -> Self {
        // A body that changes the current directory does not move what its run has spilled; see `LocalStore`.
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
        Self {
            runs: root.join(".flow").join("runs"),
            run: run.to_owned(),
            open: OnceLock::new(),
        }
    }

    /// Writes a result; answers where.
    ///
    /// # Errors
    ///
    /// With the path that could not be written.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, (PathBuf, io::Error)> {
        let open = self
            .open
            .get_or_init(|| self.enter().map_err(|error| error.kind()));
        let directory = match open {
            Ok((directory, _)) => directory,
            Err(kind) => return Err((self.runs.join(&self.run), (*kind).into())),
        };
        let path = directory.join(name);
        match fs::write(&path, bytes) {
            Ok(()) => Ok(path),
            Err(error) => Err((path, error)),
        }
    }

    /// Makes the run's directory and takes its lock, and sweeps what dead runs left; all under one lock, so that no
    /// directory is seen between its making and its locking.
    fn enter(&self) -> io::Result<(PathBuf, File)> {
        fs::create_dir_all(&self.runs)?;
        let gate = File::create(self.runs.join("lock"))?;
        gate.lock()?;
        for entry in fs::read_dir(&self.runs)?.flatten() {
            if is_dead(&entry.path()) {
                // Another run may sweep it too; whoever comes second finds nothing.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let directory = self.runs.join(&self.run);
        fs::create_dir(&directory)?;
        let lock = File::create(directory.join("lock"))?;
        lock.lock()?;
        Ok((directory, lock))
    }
}

/// A run's directory whose lock nobody holds.
fn is_dead(directory: &Path) -> bool {
    match File::open(directory.join("lock")) {
        Ok(lock) => !matches!(lock.try_lock(), Err(TryLockError::WouldBlock)),
        Err(error) => error.kind() == io::ErrorKind::NotFound && directory.is_dir(),
    }
}

impl Drop for Spill {
    fn drop(&mut self) {
        if let Some(Ok((directory, _))) = self.open.get() {
            // What cannot be removed is swept by a later run.
            let _ = fs::remove_dir_all(directory);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Spill;
    use std::fs;

    #[test]
    fn a_spill_goes_with_its_run() {
        let root = tempfile::tempdir().unwrap();
        let spill = Spill::new(root.path(), "run-1");
        assert!(
            !root.path().join(".flow").exists(),
            "nothing is written before the first spill"
        );
        let path = spill.write("0-rows", b"bytes").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"bytes");
        drop(spill);
        assert!(!path.exists());
    }

    #[test]
    fn a_change_of_the_current_directory_does_not_move_it() {
        // The directory is the process's, other tests use it: that the place does not depend on it is enough.
        assert!(Spill::new("results".as_ref(), "run").runs.is_absolute());
    }

    #[test]
    fn dead_runs_are_swept_and_live_ones_are_not() {
        let root = tempfile::tempdir().unwrap();
        let live = Spill::new(root.path(), "live");
        let kept = live.write("0-rows", b"bytes").unwrap();
        let dead = root.path().join(".flow/runs/dead");
        fs::create_dir_all(&dead).unwrap();
        fs::write(dead.join("lock"), b"").unwrap();
        fs::write(dead.join("0-rows"), b"left behind").unwrap();
        Spill::new(root.path(), "next").write("0-rows", b"other").unwrap();
        assert!(!dead.exists());
        assert!(kept.exists());
    }

    #[test]
    fn an_unwritable_place_is_an_error_that_names_it() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(".flow"), b"a file where a directory must be").unwrap();
        let spill = Spill::new(root.path(), "run");
        let (path, _) = spill.write("0-rows", b"").unwrap_err();
        assert!(path.ends_with(".flow/runs/run"), "{}", path.display());
    }
}
