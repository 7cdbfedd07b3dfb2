//! [`Outputs`]: where the bodies of one run write their files, made when the first asks for one.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::OutputFile;
use crate::disk;
use crate::store::{Operation, Scratch, Store, StoreError, temporary_scratch, wait};

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MadeBy {
    pub(crate) node: usize,
    pub(crate) attempt: u32,
}

/// The files of one run that bodies write themselves, while they are written and as far as they stay temporary.
#[derive(Default)]
pub(crate) struct Outputs {
    scratch: Mutex<Option<Arc<Scratch>>>,
    count: AtomicU64,
}

impl Outputs {
    /// A file for an attempt to write, of this name; nothing is there yet.
    ///
    /// # Errors
    ///
    /// If there is no place for it.
    pub(crate) fn file(
        &self,
        store: Option<&dyn Store>,
        name: &str,
        made_by: MadeBy,
    ) -> Result<OutputFile, StoreError> {
        self.new_file(store, name, Some(made_by))
    }

    /// A file with these bytes: those of a store that lies elsewhere.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(crate) fn of_bytes(
        &self,
        store: &dyn Store,
        name: &str,
        bytes: &[u8],
    ) -> Result<OutputFile, StoreError> {
        self.filled(store, name, |path| std::fs::write(path, bytes))
    }

    /// A copy of a file, which is not ours to move.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub(crate) fn copy_of(
        &self,
        store: &dyn Store,
        name: &str,
        file: &Path,
    ) -> Result<OutputFile, StoreError> {
        self.filled(store, name, |path| std::fs::copy(file, path).map(|_| ()))
    }

    fn filled(
        &self,
        store: &dyn Store,
        name: &str,
        write: impl FnOnce(&Path) -> io::Result<()>,
    ) -> Result<OutputFile, StoreError> {
        let file = self.new_file(Some(store), name, None)?;
        match write(file.path()) {
            Ok(()) => Ok(file),
            Err(error) => Err(failed(error, file.path())),
        }
    }

    fn new_file(
        &self,
        store: Option<&dyn Store>,
        name: &str,
        made_by: Option<MadeBy>,
    ) -> Result<OutputFile, StoreError> {
        let scratch = self.enter(store)?;
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let directory = scratch.path().join(number.to_string());
        disk::make_directory(&directory).map_err(|error| failed(error, &directory))?;
        Ok(OutputFile::new(directory, name, made_by, scratch))
    }

    /// The run's directory, made if there is none; what has failed may succeed the next time.
    fn enter(&self, store: Option<&dyn Store>) -> Result<Arc<Scratch>, StoreError> {
        let mut scratch = self.scratch();
        if let Some(scratch) = &*scratch {
            return Ok(Arc::clone(scratch));
        }
        let made = Arc::new(match store {
            Some(store) => wait(store.scratch())?,
            None => temporary_scratch()?,
        });
        *scratch = Some(Arc::clone(&made));
        Ok(made)
    }

    /// Whether an attempt of this run has made a file.
    pub(crate) fn has_made(&self, file: &OutputFile, made_by: MadeBy) -> bool {
        file.is_made_by(made_by, self.scratch().as_ref())
    }

    fn scratch(&self) -> MutexGuard<'_, Option<Arc<Scratch>>> {
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed(error: io::Error, file: &Path) -> StoreError {
    StoreError::from_io(error, Operation::Put, file.display().to_string())
}
