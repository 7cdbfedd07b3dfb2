//! The calls that change the disk of a run, in one place: tests watch them, make them fail, and work out what a loss of
//! power between two of them may leave.
//!
//! It decides nothing: what is written in which order is the [store](crate::store)'s and the [journal](crate::journal)'s
//! affair. Locks are not here, for nothing of them outlives a process.

#[cfg(all(test, not(shuttle)))]
mod elsewhere;
#[cfg(all(test, not(shuttle)))]
mod faults;
#[cfg(all(test, not(shuttle)))]
mod images;
#[cfg(all(test, not(shuttle)))]
mod power;
#[cfg(all(test, not(shuttle)))]
mod scene;
#[cfg(all(test, not(shuttle)))]
mod watch;

use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What is about to change.
#[cfg_attr(
    not(all(test, not(shuttle))),
    allow(dead_code, reason = "only tests look at it")
)]
#[derive(Debug, Clone, Copy)]
enum Change<'a> {
    MakeDirectory(&'a Path),
    Create(&'a Path),
    Write(&'a Path, &'a [u8]),
    /// To this length.
    Cut(&'a Path, u64),
    /// The disk is to keep what the file holds.
    Sync(&'a Path),
    Rename(&'a Path, &'a Path),
    Link(&'a Path, &'a Path),
    Remove(&'a Path),
    RemoveTree(&'a Path),
    /// The disk is to keep the names in a directory.
    SyncNames(&'a Path),
    /// The disk is to keep everything that is there.
    SyncAll(&'a Path),
}

/// Makes a change; tests may have it fail, or not made.
fn change<T>(what: Change<'_>, make: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    #[cfg(all(test, not(shuttle)))]
    return watch::change(what, make);
    #[cfg(not(all(test, not(shuttle))))]
    {
        let _ = what;
        make()
    }
}

/// A file that is written.
#[derive(Debug)]
pub(crate) struct Written {
    file: File,
    path: PathBuf,
}

impl Written {
    /// A new file; an error where there is one of this name.
    pub(crate) fn create_new(path: PathBuf) -> io::Result<Self> {
        let file = change(Change::Create(&path), || File::create_new(&path))?;
        Ok(Self { file, path })
    }

    /// An empty file, in the place of what was there. What is written stands at its end, whoever else has written.
    pub(crate) fn create(path: PathBuf) -> io::Result<Self> {
        let file = change(Change::Create(&path), || {
            let file = File::options().append(true).create(true).open(&path)?;
            file.set_len(0)?;
            Ok(file)
        })?;
        Ok(Self { file, path })
    }

    /// A file that is there, to be written at its end.
    pub(crate) fn open(path: PathBuf) -> io::Result<Self> {
        let file = File::options().append(true).open(&path)?;
        Ok(Self { file, path })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata()
    }

    pub(crate) fn write_all(&self, bytes: &[u8]) -> io::Result<()> {
        change(Change::Write(&self.path, bytes), || (&self.file).write_all(bytes))
    }

    pub(crate) fn cut(&self, len: u64) -> io::Result<()> {
        change(Change::Cut(&self.path, len), || self.file.set_len(len))
    }

    /// When this returns, the disk has what was written, and how long the file is.
    pub(crate) fn sync(&self) -> io::Result<()> {
        sync(&self.path, &self.file)
    }
}

/// The same of a file that others have written, open for reading.
pub(crate) fn sync(path: &Path, file: &File) -> io::Result<()> {
    change(Change::Sync(path), || file.sync_data())
}

pub(crate) fn make_directory(path: &Path) -> io::Result<()> {
    change(Change::MakeDirectory(path), || fs::create_dir(path))
}

/// Makes a directory and those above it that are not there.
pub(crate) fn make_directories(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent().filter(|above| !above.as_os_str().is_empty()) {
        make_directories(above)?;
    }
    match make_directory(path) {
        // Another process may be making the same one.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made,
    }
}

pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    change(Change::Rename(from, to), || fs::rename(from, to))
}

pub(crate) fn hard_link(from: &Path, to: &Path) -> io::Result<()> {
    change(Change::Link(from, to), || fs::hard_link(from, to))
}

pub(crate) fn remove(path: &Path) -> io::Result<()> {
    change(Change::Remove(path), || fs::remove_file(path))
}

pub(crate) fn remove_tree(path: &Path) -> io::Result<()> {
    change(Change::RemoveTree(path), || fs::remove_dir_all(path))
}

/// When this returns, the disk has the names in a directory.
pub(crate) fn sync_names(directory: &Path) -> io::Result<()> {
    change(Change::SyncNames(directory), || File::open(directory)?.sync_all())
}

/// When this returns, the disk has everything that is on the file system of this directory, whoever has written it.
pub(crate) fn sync_all(directory: &Path) -> io::Result<()> {
    change(Change::SyncAll(directory), || {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        return Ok(rustix::fs::syncfs(File::open(directory)?)?);
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        {
            rustix::fs::sync();
            Ok(())
        }
    })
}
