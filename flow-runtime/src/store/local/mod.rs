//! A directory of the local disk as a store.
//!
//! A file is written under another name and renamed, so that it is there whole or not at all after the death of the
//! process; after the loss of power too where the store is durable.

mod confined;
mod scratch;
mod temporary;

use std::fs::{self, File, Metadata, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::{Alone, BlockingStore, Operation, Scratch, Stat, StoreError, StorePath, Turn};
use crate::digest::Digest;
use crate::disk;
use temporary::Temporary;

/// How much of a digest names a lock: two paths that share one would only wait for each other.
const LOCK_NAME: usize = 32;

/// A directory as a store; it is made with the first file.
///
/// Every file lies below the root: paths are confined by their type, and a symbolic link inside the root that leads
/// out of it is refused (the root itself may be one). Whoever can change the directory while a run writes to it is
/// not defended against.
#[derive(Debug, Clone)]
pub struct LocalStore {
    /// As the user typed it, for messages.
    shown: PathBuf,
    /// The same, absolute: a change of the current directory later does not move the store.
    root: PathBuf,
    /// Whether what is written survives the loss of power.
    durable: bool,
}

impl LocalStore {
    /// The store in this directory, which need not exist. Files that killed processes left unfinished are removed
    /// when they are older than an hour; those that their bodies wrote, at once.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let shown: PathBuf = root.into();
        // Fails only for an empty path or a current directory that is gone: then the first operation says so.
        let root = std::path::absolute(&shown).unwrap_or_else(|_| shown.clone());
        let store = Self {
            shown,
            root,
            durable: false,
        };
        store.sweep();
        store
    }

    /// Has the disk keep every file, and its name, before it counts as written: it survives the loss of power.
    #[must_use = "a store is taken and given back"]
    pub fn durable(self, durable: bool) -> Self {
        Self { durable, ..self }
    }

    fn io_error(&self, operation: Operation, path: &StorePath, source: io::Error) -> StoreError {
        let file = self.show(path);
        match source.kind() {
            io::ErrorKind::IsADirectory => StoreError::blocked(operation, file.clone(), file),
            _ => StoreError::from_io(source, operation, file),
        }
    }

    /// Writes a temporary file, then has `publish` give it its name.
    fn write<T>(
        &self,
        path: &StorePath,
        bytes: &[u8],
        publish: impl FnOnce(&Path, &Path) -> io::Result<T>,
    ) -> Result<(Stat, T), StoreError> {
        let target = self.place(path)?;
        let written = Temporary::create(&self.temporary_directory(path)?).and_then(|mut temporary| {
            // Of the open file: nobody else can have changed it, and a rename keeps the time.
            let stat = stat_of(&temporary.write(bytes, self.durable)?);
            let published = self.named(temporary.path(), &target, publish)?;
            Ok((stat, published))
        });
        written.map_err(|error| self.io_error(Operation::Put, path, error))
    }
}

impl LocalStore {
    /// Gives a file its name by `publish`, and has the disk keep that where the store is durable.
    fn named<T>(
        &self,
        file: &Path,
        target: &Path,
        publish: impl FnOnce(&Path, &Path) -> io::Result<T>,
    ) -> io::Result<T> {
        let published = publish(file, target)?;
        if self.durable {
            self.sync_names(target)?;
        }
        Ok(published)
    }

    /// Has the disk keep the name of a file, and those of the directories above it that may be new.
    fn sync_names(&self, file: &Path) -> io::Result<()> {
        for directory in file.ancestors().skip(1) {
            disk::sync_names(directory)?;
            if directory == self.root {
                break;
            }
        }
        Ok(())
    }
}

impl BlockingStore for LocalStore {
    fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError> {
        let Some((file, _)) = self.find(path, Operation::Get)? else {
            return Ok(None);
        };
        match fs::read(file) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.io_error(Operation::Get, path, error)),
        }
    }

    fn stat(&self, path: &StorePath) -> Result<Option<Stat>, StoreError> {
        Ok(self
            .find(path, Operation::Stat)?
            .map(|(_, metadata)| stat_of(&metadata)))
    }

    fn put(&self, path: &StorePath, bytes: &[u8]) -> Result<Stat, StoreError> {
        let (stat, ()) = self.write(path, bytes, disk::rename)?;
        Ok(stat)
    }

    fn put_if_absent(&self, path: &StorePath, bytes: &[u8]) -> Result<bool, StoreError> {
        if self.find(path, Operation::Put)?.is_some() {
            return Ok(false);
        }
        // Unlike a rename, a hard link never replaces: of several at once, one wins.
        let publish = |temporary: &Path, target: &Path| match disk::hard_link(temporary, target) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        };
        self.write(path, bytes, publish).map(|(_, won)| won)
    }

    fn scratch(&self) -> Result<Scratch, StoreError> {
        self.make_scratch()
    }

    /// By its name alone: a file of another file system is none of [`scratch`](BlockingStore::scratch).
    fn put_file(&self, path: &StorePath, file: &Path) -> Result<Stat, StoreError> {
        let target = self.place(path)?;
        let put = || {
            let opened = File::open(file)?;
            if self.durable {
                disk::sync(file, &opened)?;
            }
            self.named(file, &target, disk::rename)?;
            // Of the open file, as above; now, for what was mapped may have been written late.
            opened.metadata()
        };
        let put = put().map_err(|error| self.io_error(Operation::Put, path, error));
        put.map(|metadata| stat_of(&metadata))
    }

    fn local_file(&self, path: &StorePath) -> Result<Option<PathBuf>, StoreError> {
        Ok(self.find(path, Operation::Get)?.map(|(file, _)| file))
    }

    fn list(&self, below: Option<&StorePath>) -> Result<Vec<StorePath>, StoreError> {
        let directory = match below {
            Some(below) => self.find_directory(below, Operation::List)?,
            None => Some(self.root.clone()),
        };
        let Some(directory) = directory else {
            return Ok(Vec::new());
        };
        let mut files = Vec::new();
        match collect(&directory, below, &mut files) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let shown = below.map_or_else(|| self.shown.display().to_string(), |below| self.show(below));
                Err(StoreError::from_io(error, Operation::List, shown))
            }
            // A directory that is not there (or went while it was read) holds nothing.
            _ => {
                files.sort();
                Ok(files)
            }
        }
    }

    fn delete(&self, path: &StorePath) -> Result<bool, StoreError> {
        let Some((file, _)) = self.find(path, Operation::Delete)? else {
            return Ok(false);
        };
        match disk::remove(&file) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.io_error(Operation::Delete, path, error)),
        }
    }

    fn show(&self, path: &StorePath) -> String {
        self.shown.join(path.as_str()).display().to_string()
    }

    /// By a lock on an empty file beside the records, which the system takes from the dead. The file stays: whoever
    /// removed it could remove one that another has opened and is about to lock.
    fn try_alone(&self, path: &StorePath) -> Result<Turn, StoreError> {
        // A name of its own length for paths of any; paths that differ only by case may be one file.
        let name = Digest::of(path.case_folded().as_bytes()).to_string();
        let Ok(lock) = StorePath::new(format!(".flow/locks/{}", &name[..LOCK_NAME])) else {
            return Ok(Turn::Free);
        };
        // Where it cannot be had (nothing can be written here, or the file system has no locks) nobody is kept away.
        let Ok(place) = self.place(&lock) else {
            return Ok(Turn::Free);
        };
        let file = match open_lock(&place) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                return Err(self.io_error(Operation::Alone, &lock, error));
            }
            Err(_) => return Ok(Turn::Free),
        };
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Turn::Alone(Alone::new(file))),
                Err(TryLockError::WouldBlock) => {
                    return Ok(Turn::Taken {
                        lock: self.show(&lock),
                    });
                }
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(TryLockError::Error(_)) => return Ok(Turn::Free),
            }
        }
    }

    fn digest(&self, path: &StorePath) -> Result<Option<Digest>, StoreError> {
        let Some((file, _)) = self.find(path, Operation::Get)? else {
            return Ok(None);
        };
        match File::open(file).and_then(Digest::of_reader) {
            Ok(digest) => Ok(Some(digest)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.io_error(Operation::Get, path, error)),
        }
    }
}

/// Opens a lock, or makes it; nothing but a file is opened, and nothing in it is changed: a link could lead anywhere.
fn open_lock(place: &Path) -> io::Result<File> {
    loop {
        match fs::symlink_metadata(place) {
            // Another user's can only be read: that is enough for a lock on most systems.
            Ok(metadata) if metadata.is_file() => {
                let file = File::options().write(true).open(place);
                return file.or_else(|_| File::open(place));
            }
            Ok(_) => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    "it is no regular file",
                ));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => match File::create_new(place) {
                // Another run has just made it.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => return made,
            },
            Err(error) => return Err(error),
        }
    }
}

/// Adds the files below a directory; links are no files of the store's own and left out.
fn collect(directory: &Path, prefix: Option<&StorePath>, files: &mut Vec<StorePath>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        // What no path can name (the temporary files among it) is no file of the store.
        let path = name.to_str().and_then(|name| match prefix {
            Some(prefix) => prefix.join(name).ok(),
            None => StorePath::new(name).ok(),
        });
        let Some(path) = path else { continue };
        let kind = entry.file_type()?;
        if kind.is_file() {
            files.push(path);
        } else if kind.is_dir() {
            collect(&entry.path(), Some(&path), files)?;
        }
    }
    Ok(())
}

fn stat_of(metadata: &Metadata) -> Stat {
    // None for a file system without times, or outside the 584 years that 64 bits of nanoseconds hold.
    let nanoseconds = metadata
        .modified()
        .ok()
        .and_then(|time| match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_nanos()).ok(),
            Err(before) => i64::try_from(before.duration().as_nanos())
                .ok()
                .map(|nanoseconds| -nanoseconds),
        });
    Stat {
        len: metadata.len(),
        modified: nanoseconds,
    }
}
