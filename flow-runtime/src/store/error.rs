//! [`StoreError`]: what a store could not do, with which file, why, and what helps.
//!
//! Only the operations of a store fail with it; a file that is there but makes no sense is a checkpoint's error.

use std::fmt;
use std::io;

/// An operation of a store that failed.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    operation: Operation,
    file: String,
    in_the_way: Option<String>,
    source: Option<io::Error>,
}

/// Why an operation failed, as far as it matters for what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The place may not be written: no permission, or a file system mounted read-only.
    NotWritable,
    /// No room left: the disk is full, or the quota used up.
    Full,
    /// A directory is needed where a file is, or a file where a directory is.
    Blocked,
    /// The file may not be read.
    Denied,
    /// A symbolic link leads out of the store, or nowhere.
    Outside,
    /// Another run was alone with the file for longer than is waited.
    Busy,
    /// The store cannot do this at all.
    Unsupported,
    /// Any other error of the operating system.
    Io,
}

impl StoreErrorKind {
    /// The kind of what the operating system says of an operation.
    fn of(error: &io::Error, operation: Operation) -> Self {
        let writes = matches!(
            operation,
            Operation::Put | Operation::Delete | Operation::Alone | Operation::Replace
        );
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::ReadOnlyFilesystem => Self::NotWritable,
            io::ErrorKind::PermissionDenied if writes => Self::NotWritable,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::DirectoryNotEmpty
            | io::ErrorKind::AlreadyExists => Self::Blocked,
            _ => Self::Io,
        }
    }

    /// Whether it may pass by itself: a disk fills and is emptied, another run ends, a network comes back. What is in the
    /// way, or forbidden, stays so until somebody does something about it.
    ///
    /// ```
    /// use flow_runtime::store::StoreErrorKind;
    ///
    /// assert!(StoreErrorKind::Full.is_transient());
    /// assert!(!StoreErrorKind::NotWritable.is_transient());
    /// ```
    pub const fn is_transient(self) -> bool {
        match self {
            Self::Full | Self::Busy | Self::Io => true,
            Self::NotWritable | Self::Blocked | Self::Denied | Self::Outside | Self::Unsupported => false,
        }
    }
}

/// Whether what the operating system says of an operation may pass by itself: its kind may, and it is not that no file can
/// have this name.
fn may_pass(error: &io::Error, operation: Operation) -> bool {
    use io::ErrorKind::{InvalidFilename, InvalidInput, Unsupported};
    let is_about_the_name = matches!(error.kind(), InvalidFilename | InvalidInput | Unsupported);
    StoreErrorKind::of(error, operation).is_transient() && !is_about_the_name
}

/// The operations of a store, as they are named in errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Reading a file.
    Get,
    /// Asking for a file's size and time.
    Stat,
    /// Writing a file.
    Put,
    /// Listing files.
    List,
    /// Deleting a file.
    Delete,
    /// Waiting to be alone with a file.
    Alone,
    /// Writing a file in the place of one version of it.
    Replace,
}

impl StoreError {
    /// An error of a kind; `file` is the path as the user would type it.
    pub fn new(kind: StoreErrorKind, operation: Operation, file: impl Into<String>) -> Self {
        Self {
            kind,
            operation,
            file: file.into(),
            in_the_way: None,
            source: None,
        }
    }

    /// A [`Blocked`](StoreErrorKind::Blocked) error that names what is in the way: the file itself, which is a
    /// directory, or a directory of its path, which is none.
    pub fn blocked(operation: Operation, file: impl Into<String>, in_the_way: impl Into<String>) -> Self {
        let error = Self::new(StoreErrorKind::Blocked, operation, file);
        Self {
            in_the_way: Some(in_the_way.into()),
            ..error
        }
    }

    /// A [`Busy`](StoreErrorKind::Busy) error that names the lock which another run holds.
    pub fn busy(file: impl Into<String>, lock: impl Into<String>) -> Self {
        let error = Self::new(StoreErrorKind::Busy, Operation::Alone, file);
        Self {
            in_the_way: Some(lock.into()),
            ..error
        }
    }

    /// An error of the operating system; its kind follows from what the system says and what was being done.
    pub fn from_io(source: io::Error, operation: Operation, file: impl Into<String>) -> Self {
        Self {
            kind: StoreErrorKind::of(&source, operation),
            operation,
            file: file.into(),
            in_the_way: None,
            source: Some(source),
        }
    }

    /// Whether it may pass by itself, so that the operation can be tried again.
    pub fn is_transient(&self) -> bool {
        match &self.source {
            Some(source) => may_pass(source, self.operation),
            None => self.kind.is_transient(),
        }
    }

    /// The kind of the same error of the operating system.
    pub(crate) fn io_kind(&self) -> io::ErrorKind {
        self.source.as_ref().map_or(io::ErrorKind::Other, io::Error::kind)
    }

    /// Why it failed.
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// What was being done.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The file's path as the user would type it.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// What to do now.
    pub fn advice(&self) -> &'static str {
        match self.kind {
            StoreErrorKind::NotWritable => "make the store writable, or choose another one with `--store`",
            StoreErrorKind::Full => "free some space there, or choose another store with `--store`",
            StoreErrorKind::Blocked => "move what is in the way, or change the target",
            StoreErrorKind::Denied => {
                "give this user the right to read it, or choose another store with `--store`"
            }
            StoreErrorKind::Outside => {
                "replace the link by what it stands for, or choose another store with `--store`"
            }
            StoreErrorKind::Busy => {
                "let the other run end (wake it or kill it where it is stopped), then run again"
            }
            StoreErrorKind::Unsupported => "use a store that can do it",
            StoreErrorKind::Io => "check the disk, or choose another store with `--store`",
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.operation {
            Operation::Get | Operation::Stat => "read",
            Operation::Put | Operation::Replace => "write",
            Operation::List => "list",
            Operation::Delete => "delete",
            Operation::Alone => "be alone with",
        };
        let why = match self.kind {
            StoreErrorKind::NotWritable => "the store is not writable",
            StoreErrorKind::Full => "there is no space left",
            StoreErrorKind::Blocked => "a file and a directory are in each other's way",
            StoreErrorKind::Denied => "permission denied",
            StoreErrorKind::Outside => "a symbolic link leads out of the store",
            StoreErrorKind::Busy => "another run does not let go of it",
            StoreErrorKind::Unsupported => "this store cannot do that",
            StoreErrorKind::Io => "the operating system refused",
        };
        write!(f, "cannot {verb} `{}`: ", self.file)?;
        match &self.in_the_way {
            Some(lock) if self.kind == StoreErrorKind::Busy => write!(f, "{why} (it holds `{lock}`)"),
            Some(path) if *path == self.file => f.write_str("it is a directory"),
            Some(path) => write!(f, "`{path}` is not a directory"),
            None => f.write_str(why),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::io;

    use super::{Operation, StoreError, StoreErrorKind};

    #[test]
    fn what_the_system_says_decides_the_kind() {
        let kind = |raw: io::ErrorKind, operation| StoreError::from_io(raw.into(), operation, "f").kind();
        assert_eq!(
            kind(io::ErrorKind::StorageFull, Operation::Put),
            StoreErrorKind::Full
        );
        assert_eq!(
            kind(io::ErrorKind::QuotaExceeded, Operation::Put),
            StoreErrorKind::Full
        );
        assert_eq!(
            kind(io::ErrorKind::ReadOnlyFilesystem, Operation::Put),
            StoreErrorKind::NotWritable
        );
        assert_eq!(
            kind(io::ErrorKind::PermissionDenied, Operation::Put),
            StoreErrorKind::NotWritable
        );
        assert_eq!(
            kind(io::ErrorKind::PermissionDenied, Operation::Delete),
            StoreErrorKind::NotWritable
        );
        assert_eq!(
            kind(io::ErrorKind::PermissionDenied, Operation::Get),
            StoreErrorKind::Denied
        );
        assert_eq!(
            kind(io::ErrorKind::NotADirectory, Operation::Put),
            StoreErrorKind::Blocked
        );
        assert_eq!(
            kind(io::ErrorKind::IsADirectory, Operation::Get),
            StoreErrorKind::Blocked
        );
        assert_eq!(
            kind(io::ErrorKind::CrossesDevices, Operation::Put),
            StoreErrorKind::Io
        );
    }

    #[test]
    fn what_is_in_the_way_is_named() {
        let parent = StoreError::blocked(Operation::Put, "results/a/b.txt", "results/a");
        assert_eq!(
            parent.to_string(),
            "cannot write `results/a/b.txt`: `results/a` is not a directory"
        );
        let itself = StoreError::blocked(Operation::Stat, "results/a", "results/a");
        assert_eq!(itself.to_string(), "cannot read `results/a`: it is a directory");
    }

    #[test]
    fn the_lock_that_is_held_is_named() {
        let error = StoreError::busy("results/a.txt", "results/.flow/locks/07");
        assert_eq!(
            error.to_string(),
            "cannot be alone with `results/a.txt`: another run does not let go of it (it holds `results/.flow/locks/07`)"
        );
        assert_eq!(
            error.advice(),
            "let the other run end (wake it or kill it where it is stopped), then run again"
        );
    }

    #[test]
    fn an_error_names_the_file_the_reason_and_its_cause() {
        let cause = io::Error::from(io::ErrorKind::StorageFull);
        let error = StoreError::from_io(cause, Operation::Put, "results/2026-11-23/task1.txt");
        assert_eq!(
            error.to_string(),
            "cannot write `results/2026-11-23/task1.txt`: there is no space left"
        );
        assert_eq!(error.source().unwrap().to_string(), "no storage space");
        assert_eq!(
            error.advice(),
            "free some space there, or choose another store with `--store`"
        );
    }
}
