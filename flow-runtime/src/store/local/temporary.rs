//! Files on their way into the store: written under a name that no path can have, then given their own.
//!
//! What a killed process leaves here is never read; it is removed when it is old enough to belong to nobody.

use std::fs::{self, Metadata};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use super::{LocalStore, scratch};
use crate::disk::{self, Written};

/// Inside the root, so that it is on the same file system and a rename is atomic.
pub(super) const DIRECTORY: &str = ".flow/tmp";

const SUFFIX: &str = ".unfinished";

/// Longer than any write takes: younger files may be another process's.
const ABANDONED: Duration = Duration::from_hours(1);

/// A file being written; its name is gone when this is dropped, whether it was published or not.
#[derive(Debug)]
pub(super) struct Temporary(Written);

impl Temporary {
    pub(super) fn create(directory: &Path) -> io::Result<Self> {
        let path = directory.join(format!("{}{SUFFIX}", fresh_name()));
        Ok(Self(Written::create_new(path)?))
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn write(&mut self, bytes: &[u8], durable: bool) -> io::Result<Metadata> {
        self.0.write_all(bytes)?;
        if durable {
            self.0.sync()?;
        }
        self.0.metadata()
    }
}

/// Whether nobody has written to it for longer than any write takes.
pub(super) fn is_abandoned(entry: &fs::DirEntry) -> bool {
    let modified = entry.metadata().and_then(|metadata| metadata.modified());
    let age = modified
        .ok()
        .and_then(|modified| SystemTime::now().duration_since(modified).ok());
    age.is_some_and(|age| age > ABANDONED)
}

/// A name that nothing here has.
pub(super) fn fresh_name() -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    // Process ids repeat (in containers they are all 1), so the name is random too.
    let random = RandomState::new().build_hasher().finish();
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("{}-{count}-{random:016x}", process::id())
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After a rename there is nothing to remove; after a failure the sweep is the second chance.
        let _ = disk::remove(self.0.path());
    }
}

impl LocalStore {
    /// Removes what others left unfinished long ago, and what the dead left of files that their bodies wrote. Failures do not matter: the files are in nobody's way.
    pub(super) fn sweep(&self) {
        let Some(directory) = self.existing_temporary_directory() else {
            return;
        };
        let entries: Vec<_> = fs::read_dir(directory).into_iter().flatten().flatten().collect();
        scratch::sweep(&entries);
        for entry in entries {
            let ours = entry
                .file_name()
                .to_str()
                .is_some_and(|name| name.ends_with(SUFFIX));
            if ours && is_abandoned(&entry) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::time::{Duration, SystemTime};

    use crate::store::{BlockingStore, LocalStore, StorePath};

    #[test]
    fn what_was_left_unfinished_is_never_read_and_swept_when_it_is_old() {
        let directory = tempfile::tempdir().unwrap();
        let unfinished = directory.path().join(".flow/tmp");
        fs::create_dir_all(&unfinished).unwrap();
        let leave = |name: &str, minutes: u64| {
            let file = File::create(unfinished.join(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_mins(minutes))
                .unwrap();
        };
        leave("1-0-00000000000000aa.unfinished", 61);
        leave("1-1-00000000000000ab.unfinished", 59);
        leave("somebody-else's", 10_000);

        let store = LocalStore::new(directory.path());
        let mut left: Vec<_> = fs::read_dir(&unfinished)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["1-1-00000000000000ab.unfinished", "somebody-else's"]);
        assert_eq!(store.list(None).unwrap(), []);
        assert_eq!(store.list(Some(&StorePath::new(".flow").unwrap())).unwrap(), []);
    }

    #[test]
    fn a_write_leaves_nothing_behind_whether_it_succeeds_or_not() {
        let directory = tempfile::tempdir().unwrap();
        let store = LocalStore::new(directory.path());
        let path = |path: &str| StorePath::new(path).unwrap();
        store.put(&path("a/b.txt"), b"1").unwrap();
        assert!(store.put_if_absent(&path("a/c.txt"), b"1").unwrap());
        assert!(!store.put_if_absent(&path("a/c.txt"), b"2").unwrap());
        store.put(&path("a"), b"1").unwrap_err();
        assert_eq!(
            fs::read_dir(directory.path().join(".flow/tmp")).unwrap().count(),
            0
        );
    }

    #[test]
    fn the_directory_is_made_with_the_first_file() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("deep/results");
        let store = LocalStore::new(&root);
        let path = StorePath::new("a.txt").unwrap();
        assert_eq!(store.get(&path).unwrap(), None);
        assert_eq!(store.list(None).unwrap(), []);
        assert!(!store.delete(&path).unwrap());
        assert!(
            !directory.path().join("deep").exists(),
            "reading makes no directory"
        );
        store.put(&path, b"x").unwrap();
        assert_eq!(fs::read(root.join("a.txt")).unwrap(), b"x");
    }
}
