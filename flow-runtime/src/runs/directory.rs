//! The directory of one run: made with the run, driven by one process at a time.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::lock::{self, Holder, Lock, Taken};
use super::{
    DAMAGED, Ended, JOURNAL, KNOWN, LOCK, NEW, PLACE, Runs, RunsError, START, SUMMARY, is_held,
    unknown_holder,
};
use crate::disk::{self, Written};
use crate::journal::{self, FileMedium, JournalError, Log, Record, Recorded};
use crate::state::is_run_id;
use crate::store::{BlockingStore as _, PATIENCE, StoreError, StorePath};

/// A shorter journal is read in no time.
const WORTH_WHILE: usize = 1 << 20;

/// A journal that is so many times as long as need be is written anew.
const MUCH_LONGER: usize = 4;

/// Whoever holds the gate makes or removes a few files: between one look at it and the next, at first and at most.
const FIRST_PAUSE: Duration = Duration::from_micros(100);
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

/// The directory of a run that this process drives.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    /// Held as long as the run is driven.
    lock: Lock,
    /// Whether nothing of it outlives the run in this process.
    passing: bool,
    /// Whether what is written here survives the loss of power.
    full: bool,
}

/// A run that this process may record.
pub(crate) struct Journalled {
    /// Where it lies on this machine, if it does.
    pub(crate) directory: Option<Directory>,
    /// The number of the next part of its log, where the store keeps it.
    pub(crate) parts: Option<Arc<Mutex<u64>>>,
    pub(crate) log: Log,
    /// The journal, as the user would type it.
    pub(crate) shown: String,
}

impl Journalled {
    /// What it goes on from is written: a run that had ended has not any more.
    ///
    /// # Errors
    ///
    /// If that cannot be written.
    pub(crate) fn has_begun(&self) -> Result<(), RunsError> {
        match &self.directory {
            Some(directory) => {
                directory.lock.begin();
                Ended::remove(&directory.path, directory.full)
            }
            None => Ok(()),
        }
    }

    /// Where a journal is kept as it was that is damaged before whole records.
    pub(crate) fn damaged(&self) -> Option<String> {
        let directory = self.directory.as_ref()?;
        Some(directory.path.join(DAMAGED).display().to_string())
    }

    /// That the journal cannot be written: it is full, or another process has it.
    pub(crate) fn unwritable(&self, run: &str, error: &journal::NotRecorded) -> RunsError {
        if self.directory.is_none() && is_held(&error.0) {
            return RunsError::Held {
                run: run.to_owned(),
                holder: unknown_holder(),
            };
        }
        RunsError::Journal {
            file: self.shown.clone(),
            source: JournalError::Io(io::Error::new(error.0.kind(), error.0.to_string())),
        }
    }
}

impl Runs {
    /// Makes the directory of a new run. What a run without journal left when its process died goes;
    /// what this program does not know stays.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub(crate) fn make(&self, run: &str) -> Result<Directory, RunsError> {
        if !is_run_id(run) {
            return Err(RunsError::unknown(run));
        }
        let _gate = self.gate()?;
        self.sweep()?;
        let place = StorePath::new(format!("{PLACE}/{run}/{LOCK}")).map_err(|_| RunsError::unknown(run))?;
        let lock = self.store.place(&place)?;
        let path = lock.parent().map_or_else(PathBuf::new, PathBuf::from);
        let lock = match lock::take(&lock).map_err(|source| RunsError::io(&lock, source))? {
            Taken::Ours(lock) => lock,
            Taken::Others(holder) => {
                return Err(RunsError::Held {
                    run: run.to_owned(),
                    holder,
                });
            }
        };
        Ok(Directory {
            path,
            lock,
            passing: false,
            full: false,
        })
    }

    /// Drives the run with this id: its directory is made if there is none, and what its journal says is read.
    ///
    /// # Errors
    ///
    /// If another process drives it, or its journal cannot be read or written.
    pub(crate) fn drive(&self, run: &str, full: bool) -> Result<(Journalled, Option<Recorded>), RunsError> {
        let mut directory = self.make(run)?;
        directory.full = full;
        let file = directory.path.join(JOURNAL);
        if full {
            // What is found here may have been written by a process that died, or that promised less: whoever is told from
            // here on that it is safe relies on it.
            let synced = disk::sync_all(&directory.path).and_then(|()| directory.lock.sync());
            synced.map_err(|source| RunsError::io(&directory.path, source))?;
        }
        let found = match fs::read(&file) {
            Ok(bytes) => Some((journal::replay(&bytes), bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(RunsError::io(&file, source)),
        };
        let (log, recorded) = match found {
            Some((Ok(recorded), bytes)) => {
                if recorded.is_damaged {
                    directory.keep_damaged(&bytes, full)?;
                }
                // What ran when its process let go of it did not die, though that process could write no more.
                let was_left = directory.lock.was_left() && recorded.has_running();
                let recorded = if was_left { recorded.left() } else { recorded };
                directory.compact(&recorded, full)?;
                let log = directory.append(&recorded, full)?;
                if was_left {
                    log.append(&Record::Halted);
                }
                (log, Some(recorded))
            }
            // Its process died before it said anything: nothing ran.
            None | Some((Err(JournalError::Empty), _)) => (directory.start(full)?, None),
            Some((Err(source), _)) => return Err(RunsError::journal(&file, source)),
        };
        let journalled = Journalled {
            directory: Some(directory),
            parts: None,
            log,
            shown: file.display().to_string(),
        };
        Ok((journalled, recorded))
    }

    /// Held while directories are made or removed, so that none is seen between its making and its locking.
    ///
    /// # Errors
    ///
    /// If it cannot be had, also because another process does not let go of it.
    pub(super) fn gate(&self) -> Result<File, RunsError> {
        self.gate_within(PATIENCE)
    }

    pub(super) fn gate_within(&self, patience: Duration) -> Result<File, RunsError> {
        self.hold(LOCK, patience)
    }

    /// Held from the look for a run that goes on until the run that starts says in its journal which it is: of two processes
    /// that give the same command at once, the second finds the run of the first.
    ///
    /// # Errors
    ///
    /// As [`gate`](Self::gate).
    pub(crate) fn starting(&self) -> Result<File, RunsError> {
        self.hold(START, PATIENCE)
    }

    fn hold(&self, name: &str, patience: Duration) -> Result<File, RunsError> {
        let path = StorePath::new(format!("{PLACE}/{name}")).expect("a valid path");
        let place = self.store.place(&path)?;
        let gate = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&place);
        let gate = gate.map_err(|source| RunsError::io(&place, source))?;
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            match gate.try_lock() {
                Ok(()) => return Ok(gate),
                Err(TryLockError::WouldBlock) if start.elapsed() < patience => {
                    thread::sleep(pause);
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Err(TryLockError::WouldBlock) => {
                    let runs = StorePath::new(PLACE).expect("a valid path");
                    let (runs, lock) = (self.store.show(&runs), self.store.show(&path));
                    return Err(StoreError::busy(runs, lock).into());
                }
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                // A file system without locks keeps nobody away.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    return Ok(gate);
                }
                Err(TryLockError::Error(error)) => return Err(RunsError::io(&place, error)),
            }
        }
    }

    /// Removes what runs left whose process died, or could not start, before a journal said anything; the gate is held.
    fn sweep(&self) -> Result<(), RunsError> {
        for id in self.ids()? {
            let Some(directory) = self.directory(&id)? else {
                continue;
            };
            if is_silent(&directory.join(JOURNAL))
                && is_known(&directory)
                && matches!(lock::take(&directory.join(LOCK)), Ok(Taken::Ours(_)))
            {
                let _ = disk::remove_tree(&directory);
            }
        }
        Ok(())
    }

    /// Who drives a run; `None` where nobody does.
    pub(crate) fn holder(&self, run: &str) -> Option<Holder> {
        self.directory(run).ok()??;
        // To ask is to have the lock for a moment: whoever wants to drive the run meanwhile waits at the gate, and is not
        // turned away. Where the gate cannot be had, nobody can drive anything.
        let _gate = self.gate();
        self.holder_behind_gate(run)
    }

    /// Whether who drove a run last has let go of it; one that died has not.
    pub(super) fn was_left(&self, run: &str) -> bool {
        let directory = self.directory(run).ok().flatten();
        directory.is_some_and(|directory| lock::was_left(&directory.join(LOCK)))
    }

    /// As [`holder`](Self::holder), for who holds the gate.
    pub(super) fn holder_behind_gate(&self, run: &str) -> Option<Holder> {
        lock::holder(&self.directory(run).ok()??.join(LOCK))
    }
}

/// Whether a journal says nothing, or is not there. One that is longer than that takes to find out says something.
fn is_silent(journal: &Path) -> bool {
    let mut start = Vec::new();
    let mut read = |journal: &mut File, most: u64| {
        let read = journal.take(most).read_to_end(&mut start);
        read.is_ok() && matches!(journal::summary(&start), Err(JournalError::Empty))
    };
    match File::open(journal) {
        // Nearly all say it at once.
        Ok(mut file) => {
            read(&mut file, 1 << 10)
                && read(&mut file, SUMMARY)
                && file.metadata().is_ok_and(|metadata| metadata.len() < SUMMARY)
        }
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

/// Whether nothing lies in the directory of a run that another program has put there, or a newer one.
pub(super) fn is_known(directory: &Path) -> bool {
    let is_known = |entry: io::Result<fs::DirEntry>| {
        entry.is_ok_and(|entry| KNOWN.iter().any(|name| entry.file_name() == *name))
    };
    fs::read_dir(directory).is_ok_and(|mut entries| entries.all(is_known))
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
        let made = Written::create(file.clone()).and_then(|journal| {
            journal.write_all(&journal::header())?;
            if full {
                journal.sync()?;
                self.sync_names()?;
            }
            Log::new(FileMedium::new(journal), full)
        });
        made.map_err(|source| RunsError::io(&file, source))
    }

    /// Keeps a journal as it is of which more is about to be cut off than what a dying process leaves: records that were whole
    /// once, and that somebody may know to read. It takes the place of an earlier one.
    fn keep_damaged(&self, bytes: &[u8], full: bool) -> Result<(), RunsError> {
        let beside = self.path.join(DAMAGED);
        let kept = Written::create(beside.clone()).and_then(|file| {
            file.write_all(bytes)?;
            if full {
                file.sync()?;
                self.sync_names()?;
            }
            Ok(())
        });
        kept.map_err(|source| RunsError::io(&beside, source))
    }

    /// Writes a journal anew that is much longer than what it has to say. Written beside and renamed: whenever the process
    /// dies, one of both is there whole. Where there is no room for another one, the long one does.
    fn compact(&self, recorded: &Recorded, full: bool) -> Result<(), RunsError> {
        if recorded.whole < WORTH_WHILE {
            return Ok(());
        }
        let bytes = journal::snapshot(recorded);
        if recorded.whole < MUCH_LONGER * bytes.len() {
            return Ok(());
        }
        let (file, beside) = (self.path.join(JOURNAL), self.path.join(NEW));
        let replaced = Written::create(beside.clone()).and_then(|journal| {
            journal.write_all(&bytes)?;
            if full {
                journal.sync()?;
            }
            disk::rename(&beside, &file)
        });
        if replaced.is_err() {
            let _ = disk::remove(&beside);
            return Ok(());
        }
        if full {
            self.sync_names().map_err(|source| RunsError::io(&file, source))?;
        }
        Ok(())
    }

    /// A journal that goes on after its last whole record.
    fn append(&self, recorded: &Recorded, full: bool) -> Result<Log, RunsError> {
        let file = self.path.join(JOURNAL);
        let opened = Written::open(file.clone()).and_then(|journal| {
            // One that was written anew has nothing torn at its end.
            if recorded.torn > 0 && journal.metadata()?.len() == (recorded.whole + recorded.torn) as u64 {
                journal.cut(recorded.whole as u64)?;
            }
            Log::new(FileMedium::new(journal), full)
        });
        opened.map_err(|source| RunsError::io(&file, source))
    }

    /// Has the disk keep the names of the run's files; it has those of the directories above.
    fn sync_names(&self) -> io::Result<()> {
        disk::sync_names(&self.path)
    }

    /// The process ends on purpose, and cannot write down that it does: its bodies have not died.
    #[cfg(feature = "cli")]
    pub(crate) fn leave(&self) {
        self.lock.leave();
    }

    /// Writes down how the run ended.
    pub(crate) fn end(&self, ended: &Ended) -> Result<(), RunsError> {
        ended.clone().write(&self.path, self.full)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if self.passing {
            // What cannot be removed is swept by a later run.
            let _ = disk::remove_tree(&self.path);
        }
    }
}
