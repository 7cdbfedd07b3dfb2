//! [`Scratch`]: a directory on the local disk for files on their way into a store, and out of one that lies elsewhere.

use std::any::Any;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A directory of nobody else; it goes, with all that is in it, when this is dropped.
pub struct Scratch {
    path: PathBuf,
    _held: Box<dyn Any + Send + Sync>,
}

impl Scratch {
    /// A directory that goes when `held` is dropped.
    pub fn new(path: impl Into<PathBuf>, held: impl Any + Send + Sync) -> Self {
        Self {
            path: path.into(),
            _held: Box::new(held),
        }
    }

    /// One among the system's temporary files, which only this user can look into.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn temporary() -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix("flow-").tempdir()?;
        let path = directory.path().to_owned();
        Ok(Self::new(path, directory))
    }

    /// Where it is: an absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scratch({:?})", self.path)
    }
}
