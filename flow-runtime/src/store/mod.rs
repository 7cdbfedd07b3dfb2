//! Where checkpoints live: the [`Store`] trait, the local disk, memory.
//!
//! A store knows paths and bytes, each file written at once or not at all; what the bytes mean, which are reused and
//! what must be written before what is the checkpoint layer's work.

mod blocking;
mod error;
mod local;
mod memory;
mod path;

#[cfg(test)]
mod conformance;
#[cfg(test)]
pub(crate) mod failing;

use std::any::Any;
use std::fmt;
use std::pin::Pin;

pub use blocking::{Blocking, BlockingStore, Turn, wait};
pub(crate) use error::may_pass;
pub use error::{Operation, StoreError, StoreErrorKind};
pub use local::LocalStore;
pub use memory::MemoryStore;
pub use path::{InvalidPath, MAX_SEGMENT, PathFault, StorePath};

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
/// Shaped so that an object store can be one: files are read and written whole, there is no rename, no append and no
/// directory. Whoever reads while another writes gets the old bytes or the new ones, never a mixture.
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

    /// Waits until nobody else is alone with the file, and keeps others from it until the answer is dropped; a dead
    /// process keeps nobody, and a stopped one is waited for only so long: then it is an error. Only those who ask
    /// are kept away: it makes several operations one for those who commit.
    ///
    /// A store that cannot do this answers `None`, as one without this method does.
    fn alone<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, Option<Alone>> {
        let _ = path;
        Box::pin(std::future::ready(Ok(None)))
    }

    /// The digest of a file's bytes; `None` when there is none. A store that can hash without holding the whole file
    /// in memory says how.
    fn digest<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, Option<Digest>> {
        Box::pin(async move { Ok(self.get(path).await?.map(|bytes| Digest::of(&bytes))) })
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
