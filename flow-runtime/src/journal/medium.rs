//! Where a journal's bytes go.

use std::io;

use crate::disk::Written;

/// Takes the bytes of a journal, in their order.
pub(crate) trait Medium: Send + Sync {
    /// Adds bytes; when this returns, they survive this process.
    fn write(&self, bytes: &[u8]) -> io::Result<()>;

    /// When this returns, what was written before survives the machine.
    fn sync(&self) -> io::Result<()>;
}

/// A file, open for appending.
pub(crate) struct FileMedium(Written);

impl FileMedium {
    pub(crate) fn new(file: Written) -> Self {
        Self(file)
    }
}

impl Medium for FileMedium {
    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync()
    }
}
