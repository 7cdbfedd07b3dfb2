//! Where files are made that bodies write themselves: a directory beside the unfinished files, on the file system of the
//! store, so that what is finished only needs its name.
//!
//! A body may take hours, so that age says nothing: a lock beside the directory says that its process lives. The system takes it
//! from the dead, and the next store here removes what they left.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::LocalStore;
use super::temporary::{fresh_name, is_abandoned};
use crate::disk;
use crate::store::{Operation, Scratch, StoreError, StorePath};

const DIRECTORY: &str = ".outputs";
const LOCK: &str = ".lock";

/// A directory of ours and its lock: both go when it is dropped, the lock last.
struct Held {
    directory: PathBuf,
    lock: PathBuf,
    _file: File,
}

impl Drop for Held {
    fn drop(&mut self) {
        // What cannot be removed is swept later.
        let _ = disk::remove_tree(&self.directory);
        let _ = fs::remove_file(&self.lock);
    }
}

impl LocalStore {
    pub(super) fn make_scratch(&self) -> Result<Scratch, StoreError> {
        let path = StorePath::new(".flow").expect("a valid path");
        let beside = self.make_temporary_directory(&path)?;
        let name = fresh_name();
        let (directory, lock) = (
            beside.join(format!("{name}{DIRECTORY}")),
            beside.join(format!("{name}{LOCK}")),
        );
        let made = locked(&lock).and_then(|file| {
            // Held from here on: the directory is never there without its lock.
            let held = Held {
                directory: directory.clone(),
                lock,
                _file: file,
            };
            disk::make_directory(&directory)?;
            Ok(Scratch::new(directory, held))
        });
        made.map_err(|error| {
            let shown = self.shown.join(super::temporary::DIRECTORY);
            StoreError::from_io(error, Operation::Put, shown.display().to_string())
        })
    }
}

/// A new file that nobody else has the lock of; a file system without locks has none, and what dies there is not swept.
fn locked(lock: &Path) -> io::Result<File> {
    let file = File::create_new(lock)?;
    match file.try_lock() {
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
        // Only a sweeper that took it for an old one: it is about to go.
        Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
    }
}

/// Removes what dead processes left of such directories; `entries` are those among the unfinished files.
pub(super) fn sweep(entries: &[fs::DirEntry]) {
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        let Some(name) = name.to_str() else { continue };
        if let Some(name) = name.strip_suffix(DIRECTORY) {
            let lock = path.with_file_name(format!("{name}{LOCK}"));
            if let Owner::Dead(_held) = owner(&lock) {
                let _ = fs::remove_dir_all(&path);
                let _ = fs::remove_file(&lock);
            }
        } else if let Some(name) = name.strip_suffix(LOCK) {
            // One without a directory may be about to get it, unless it is old.
            let directory = path.with_file_name(format!("{name}{DIRECTORY}"));
            if !directory.exists() && is_abandoned(entry) && matches!(owner(&path), Owner::Dead(_)) {
                let _ = fs::remove_file(&path);
            }
        }
    }
}

/// Whose lock it is.
enum Owner {
    /// Its process lives, or nobody can tell.
    Lives,
    /// Its process is dead: the lock is held here, if there is one.
    Dead(#[allow(dead_code, reason = "it is held")] Option<File>),
}

fn owner(lock: &Path) -> Owner {
    // A link could lead anywhere.
    match fs::symlink_metadata(lock) {
        Ok(metadata) if metadata.is_file() => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Owner::Dead(None),
        Ok(_) | Err(_) => return Owner::Lives,
    }
    match File::options().write(true).open(lock) {
        Ok(file) if file.try_lock().is_ok() => Owner::Dead(Some(file)),
        Ok(_) | Err(_) => Owner::Lives,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use crate::store::{BlockingStore as _, LocalStore};

    fn left(root: &Path) -> Vec<String> {
        let entries = fs::read_dir(root.join(".flow/tmp")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    #[test]
    fn a_directory_lives_as_long_as_who_holds_it() {
        let root = tempfile::tempdir().unwrap();
        let store = LocalStore::new(root.path());
        let (one, other) = (store.scratch().unwrap(), store.scratch().unwrap());
        fs::write(one.path().join("large"), b"bytes").unwrap();
        // Another process begins, and one more.
        LocalStore::new(root.path());
        LocalStore::new(root.path());
        assert!(one.path().join("large").exists() && other.path().exists());
        assert_eq!(left(root.path()).len(), 4);
        drop(one);
        assert_eq!(left(root.path()).len(), 2);
        drop(other);
        assert_eq!(left(root.path()), Vec::<String>::new());
        assert_eq!(store.list(None).unwrap(), []);
    }

    #[test]
    fn what_the_dead_left_is_swept_whatever_its_age() {
        let root = tempfile::tempdir().unwrap();
        let tmp = root.path().join(".flow/tmp");
        for dead in ["1-0-aa.outputs/0", "1-0-bb.outputs"] {
            fs::create_dir_all(tmp.join(dead)).unwrap();
        }
        fs::write(tmp.join("1-0-aa.outputs/0/large"), b"bytes").unwrap();
        fs::write(tmp.join("1-0-aa.lock"), b"").unwrap();
        // As one that is just being made.
        fs::write(tmp.join("1-0-cc.lock"), b"").unwrap();
        fs::create_dir(tmp.join("somebody-else's")).unwrap();
        LocalStore::new(root.path());
        let mut left = left(root.path());
        left.sort();
        assert_eq!(left, ["1-0-cc.lock", "somebody-else's"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_such_a_directory_is_not_followed() {
        let root = tempfile::tempdir().unwrap();
        let (tmp, precious) = (root.path().join(".flow/tmp"), root.path().join("precious"));
        fs::create_dir_all(&tmp).unwrap();
        fs::create_dir(&precious).unwrap();
        fs::write(precious.join("file"), b"precious").unwrap();
        std::os::unix::fs::symlink(&precious, tmp.join("1-0-aa.outputs")).unwrap();
        std::os::unix::fs::symlink(precious.join("file"), tmp.join("1-0-aa.lock")).unwrap();
        LocalStore::new(root.path());
        assert_eq!(fs::read(precious.join("file")).unwrap(), b"precious");
    }
}
