//! Where checkpoints live: the [`Store`] trait, the local disk, memory.
//!
//! A store knows paths and bytes, each file written at once or not at all; what the bytes mean, which are reused and
//! what must be written before what is the checkpoint layer's work.

mod blocking;
mod error;
mod local;
mod memory;
mod path;
mod scratch;

#[cfg(test)]
mod conformance;
#[cfg(test)]
pub(crate) mod failing;

use std::any::Any;
use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;

pub(crate) use blocking::PATIENCE;
pub use blocking::{Blocking, BlockingStore, Turn, wait};
pub use error::{Operation, StoreError, StoreErrorKind};
pub use local::LocalStore;
pub use memory::MemoryStore;
pub use path::{InvalidPath, MAX_SEGMENT, PathFault, StorePath};
pub use scratch::Scratch;

use crate::digest::Digest;

/// The future of a store's operation.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// What makes an unchanged file cheap to recognise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// The length in bytes.
    pub len: u64,
    /// The modification time in nanoseconds since 1970, where the store has one; only equality means something.
    pub modified: Option<i64>,
}

/// A place for files, addressed by [`StorePath`].
///
/// Shaped so that an object store can be one: files are read and written whole, put where there is none or in the place of
/// a version that was read; there is no rename, no append and no directory. Whoever reads while another writes gets the old bytes or the new ones, never a mixture.
pub trait Store: fmt::Debug + Send + Sync {
    /// The bytes of a file; `None` when there is none.
    fn get<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, Option<Vec<u8>>>;

    /// The size and modification time of a file; `None` when there is none.
    fn stat<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, Option<Stat>>;

    /// Writes a file, whether or not there is one, and gives what [`stat`](Store::stat) says of it from now on.
    fn put<'a>(&'a self, path: &'a StorePath, bytes: &'a [u8]) -> StoreFuture<'a, Stat>;

    /// Writes a file if there is none; of several that try at once, one is told `true`.
    fn put_if_absent<'a>(&'a self, path: &'a StorePath, bytes: &'a [u8]) -> StoreFuture<'a, bool>;

    /// The files below a directory, or all, sorted.
    fn list<'a>(&'a self, below: Option<&'a StorePath>) -> StoreFuture<'a, Vec<StorePath>>;

    /// Deletes a file; `false` when there was none.
    fn delete<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, bool>;

    /// The path of a file as the user would type it, for messages.
    fn show(&self, path: &StorePath) -> String;

    /// A directory on the local disk for the files of one run on their way here, from where [`put_file`](Store::put_file) takes
    /// them.
    ///
    /// Without a method of its own it is one among the system's temporary files.
    fn scratch(&self) -> StoreFuture<'_, Scratch> {
        Box::pin(std::future::ready(temporary_scratch()))
    }

    /// Takes a file from [`scratch`](Store::scratch), as [`put`](Store::put) takes bytes: it is there at once or not at all, in
    /// the place of what was there. Afterwards it may be gone from where it was.
    ///
    /// Without a method of its own a store reads the file, whole, and puts its bytes. One on the local disk gives it its name.
    fn put_file<'a>(&'a self, path: &'a StorePath, file: &'a Path) -> StoreFuture<'a, Stat> {
        Box::pin(async move { self.put(path, &read_file(file)?).await })
    }

    /// Where a file lies on the local disk, for those who read it by its path; `None` when there is none, and for a store that
    /// lies elsewhere, as one without this method does.
    fn local_file<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, Option<PathBuf>> {
        let _ = path;
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Waits until nobody else is alone with the file, and keeps others from it until the answer is dropped; a dead
    /// process keeps nobody, and a stopped one is waited for only so long: then it is an error. Only those who ask
    /// are kept away: it makes several operations one for those who commit.
    ///
    /// A store that cannot do this answers `None`, as one without this method does.
    fn alone<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, Option<Alone>> {
        let _ = path;
        Box::pin(std::future::ready(Ok(None)))
    }

    /// The bytes of a file and which version of it they are; `None` when there is none.
    ///
    /// Without a method of its own a store tells versions apart by their bytes; an object store has etags.
    fn get_version<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, Option<(Vec<u8>, Version)>> {
        Box::pin(async move {
            let bytes = self.get(path).await?;
            Ok(bytes.map(|bytes| {
                let version = Version::of(&bytes);
                (bytes, version)
            }))
        })
    }

    /// Writes a file in the place of this version of it, and gives the new one; `None` when it is another version by now,
    /// or gone: of several that replace one version at once, one is told the new one.
    ///
    /// Without a method of its own a store needs [`alone`](Store::alone) for it.
    fn replace<'a>(
        &'a self,
        path: &'a StorePath,
        bytes: &'a [u8],
        version: &'a Version,
    ) -> StoreFuture<'a, Option<Version>> {
        Box::pin(async move {
            let Some(_alone) = self.alone(path).await? else {
                return Err(StoreError::new(
                    StoreErrorKind::Unsupported,
                    Operation::Replace,
                    self.show(path),
                ));
            };
            match self.get_version(path).await? {
                Some((_, there)) if there == *version => {
                    self.put(path, bytes).await?;
                    Ok(Some(Version::of(bytes)))
                }
                _ => Ok(None),
            }
        })
    }

    /// What the store is called outside this process, such as `s3://bucket/prefix`; `None` for one that goes with the
    /// process, as memory does: nothing that is recorded of its runs would find it again.
    fn name(&self) -> Option<String> {
        None
    }

    /// The digest of a file's bytes; `None` when there is none. A store that can hash without holding the whole file
    /// in memory says how.
    fn digest<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, Option<Digest>> {
        Box::pin(async move { Ok(self.get(path).await?.map(|bytes| Digest::of(&bytes))) })
    }
}

/// A place among the system's temporary files.
pub(crate) fn temporary_scratch() -> Result<Scratch, StoreError> {
    Scratch::temporary().map_err(|error| {
        let shown = std::env::temp_dir().display().to_string();
        StoreError::from_io(error, Operation::Put, shown)
    })
}

/// The bytes of a file on its way into a store that takes nothing else.
fn read_file(file: &Path) -> Result<Vec<u8>, StoreError> {
    std::fs::read(file)
        .map_err(|error| StoreError::from_io(error, Operation::Get, file.display().to_string()))
}

/// Which version of a file it is, as its store tells them apart: an etag. Only equality means something.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version(String);

impl Version {
    /// A version that the store calls so.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// As the store calls it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The version of a file with these bytes, in a store that tells versions apart by them.
    fn of(bytes: &[u8]) -> Self {
        Self(Digest::of(bytes).to_string())
    }
}

/// Being alone with a file, see [`Store::alone`]; it ends when this is dropped.
#[must_use = "others are let in when this is dropped"]
pub struct Alone {
    _held: Box<dyn Any + Send>,
}

impl Alone {
    /// Ends when `held` is dropped.
    pub fn new(held: impl Any + Send) -> Self {
        Self {
            _held: Box::new(held),
        }
    }
}

impl fmt::Debug for Alone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Alone")
    }
}
