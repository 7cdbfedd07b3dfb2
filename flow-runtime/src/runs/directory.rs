//! The directory of one run: made with the run, driven by one process at a time.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;

use super::lock::{self, Holder, Taken};
use super::{Ended, JOURNAL, LOCK, PLACE, Runs, RunsError};
use crate::journal::{self, FileMedium, Log, Recorded};
use crate::store::StorePath;

/// The directory of a run that this process drives.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    /// Held as long as the run is driven.
    _lock: File,
    /// Whether nothing of it outlives the run in this process.
    passing: bool,
}

/// A run that this process may record.
pub(crate) struct Journalled {
    pub(crate) directory: Directory,
    pub(crate) log: Log,
}

impl Runs {
    /// Makes the directory of a new run. What a run without journal left when its process died goes.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub(crate) fn make(&self, run: &str) -> Result<Directory, RunsError> {
        let _gate = self.gate()?;
        self.sweep()?;
        let place = StorePath::new(format!("{PLACE}/{run}/{LOCK}")).map_err(|_| RunsError::unknown(run))?;
        let lock = self.store.place(&place)?;
        let path = lock.parent().map_or_else(PathBuf::new, PathBuf::from);
        let lock = match lock::take(&lock).map_err(|source| RunsError::io(&lock, source))? {
            Taken::Ours(file) => file,
            Taken::Others(holder) => {
                return Err(RunsError::Held {
                    run: run.to_owned(),
                    holder,
                });
            }
        };
        Ok(Directory {
            path,
            _lock: lock,
            passing: false,
        })
    }

    /// Drives the run with this id: its directory is made if there is none, and what its journal says is read.
    ///
    /// # Errors
    ///
    /// If another process drives it, or its journal cannot be read or written.
    pub(crate) fn drive(&self, run: &str, full: bool) -> Result<(Journalled, Option<Recorded>), RunsError> {
        let directory = self.make(run)?;
        let file = directory.path.join(JOURNAL);
        let found = match fs::read(&file) {
            Ok(bytes) => Some(journal::replay(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(RunsError::io(&file, source)),
        };
        let (log, recorded) = match found {
            Some(Ok(recorded)) => (directory.append(&recorded, full)?, Some(recorded)),
            // Its process died before it said anything: nothing ran.
            None | Some(Err(journal::JournalError::Empty)) => (directory.start(full)?, None),
            Some(Err(source)) => return Err(RunsError::journal(&file, source)),
        };
        Ended::remove(&directory.path);
        Ok((Journalled { directory, log }, recorded))
    }

    /// Held while directories are made or removed, so that none is seen between its making and its locking.
    pub(super) fn gate(&self) -> Result<File, RunsError> {
        let place = StorePath::new(format!("{PLACE}/{LOCK}")).expect("a valid path");
        let place = self.store.place(&place)?;
        let gate = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&place);
        let gate = gate.map_err(|source| RunsError::io(&place, source))?;
        match gate.lock() {
            Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(RunsError::io(&place, error)),
            _ => Ok(gate),
        }
    }

    /// Removes what runs without journal left when their process died; the gate is held.
    fn sweep(&self) -> Result<(), RunsError> {
        for id in self.ids()? {
            let Some(directory) = self.directory(&id)? else {
                continue;
            };
            if !directory.join(JOURNAL).exists()
                && matches!(lock::take(&directory.join(LOCK)), Ok(Taken::Ours(_)))
            {
                let _ = fs::remove_dir_all(directory);
            }
        }
        Ok(())
    }

    /// Who drives a run; `None` where nobody does.
    pub(crate) fn holder(&self, run: &str) -> Option<Holder> {
        let lock = self.directory(run).ok()??.join(LOCK);
        let file = File::open(lock).ok()?;
        matches!(file.try_lock_shared(), Err(std::fs::TryLockError::WouldBlock)).then(|| Holder::of(file))
    }
}

impl Directory {
    /// Removes the directory when the run is dropped.
    pub(crate) fn passing(mut self) -> Self {
        self.passing = true;
        self
    }

    /// A new journal.
    fn start(&self, full: bool) -> Result<Log, RunsError> {
        let file = self.path.join(JOURNAL);
        let made = File::options()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&file);
        let made = made.and_then(|mut journal| {
            journal.write_all(&journal::header())?;
            if full {
                journal.sync_all()?;
                self.sync_names()?;
            }
            Log::new(FileMedium::new(journal), full)
        });
        made.map_err(|source| RunsError::io(&file, source))
    }

    /// A journal that goes on after its last whole record.
    fn append(&self, recorded: &Recorded, full: bool) -> Result<Log, RunsError> {
        let file = self.path.join(JOURNAL);
        let opened = File::options().append(true).open(&file).and_then(|journal| {
            if recorded.torn > 0 {
                journal.set_len(recorded.whole as u64)?;
            }
            Log::new(FileMedium::new(journal), full)
        });
        opened.map_err(|source| RunsError::io(&file, source))
    }

    /// Has the disk keep the names of the run's files, and those of the directories above.
    fn sync_names(&self) -> io::Result<()> {
        for directory in self.path.ancestors().take(4) {
            File::open(directory)?.sync_all()?;
        }
        Ok(())
    }

    /// That its journal cannot be written.
    pub(crate) fn unwritable(&self, error: &journal::NotRecorded) -> RunsError {
        RunsError::Journal {
            file: self.path.join(JOURNAL).display().to_string(),
            source: journal::JournalError::Io(io::Error::new(error.0.kind(), error.0.to_string())),
        }
    }

    /// Writes down how the run ended.
    pub(crate) fn end(&self, ended: &Ended) -> Result<(), RunsError> {
        ended.write(&self.path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if self.passing {
            // What cannot be removed is swept by a later run.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
