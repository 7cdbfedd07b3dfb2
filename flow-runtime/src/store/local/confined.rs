//! From a [`StorePath`] to a place on the disk that is inside the root, whatever symbolic links are in between.
//!
//! Only links cost more than a look: without any, every name on the way is a directory of the root itself.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::LocalStore;
use crate::disk;
use crate::store::{BlockingStore, Operation, StoreError, StoreErrorKind, StorePath};

impl LocalStore {
    /// The file that a path leads to, links followed; `None` when there is nothing.
    pub(super) fn find(
        &self,
        path: &StorePath,
        operation: Operation,
    ) -> Result<Option<(PathBuf, Metadata)>, StoreError> {
        let Some(found) = self.descend(path, path.as_str(), operation, false)? else {
            return Ok(None);
        };
        match fs::metadata(&found) {
            Ok(metadata) if metadata.is_dir() => Err(self.blocked(operation, path, path.as_str())),
            Ok(metadata) if metadata.is_file() => Ok(Some((found, metadata))),
            // Reading a pipe or a device could wait for ever.
            Ok(_) => {
                let error = io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file");
                Err(self.io_error(operation, path, error))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.io_error(operation, path, error)),
        }
    }

    /// The directory that a path leads to; `None` when there is nothing.
    pub(super) fn find_directory(
        &self,
        path: &StorePath,
        operation: Operation,
    ) -> Result<Option<PathBuf>, StoreError> {
        let found = self.descend(path, path.as_str(), operation, false)?;
        match found {
            Some(found) if !found.is_dir() => Err(self.blocked(operation, path, path.as_str())),
            found => Ok(found),
        }
    }

    /// The directory at this path, for those who keep more in it than files; `None` when there is none.
    pub(crate) fn existing_directory(&self, path: &StorePath) -> Result<Option<PathBuf>, StoreError> {
        self.find_directory(path, Operation::Stat)
    }

    /// Where a file is to be written: its directory is made, a link in its place will be replaced, not followed.
    pub(crate) fn place(&self, path: &StorePath) -> Result<PathBuf, StoreError> {
        self.make_root(path)?;
        let (parents, name) = match path.as_str().rsplit_once('/') {
            Some((parents, name)) => (self.make(path, parents)?, name),
            None => (self.root.clone(), path.as_str()),
        };
        Ok(parents.join(name))
    }

    /// The directory of unfinished files, made for writing to `path`.
    pub(super) fn temporary_directory(&self, path: &StorePath) -> Result<PathBuf, StoreError> {
        self.make(path, super::temporary::DIRECTORY)
    }

    /// The same where nothing else is written; the root is made for it.
    pub(super) fn make_temporary_directory(&self, path: &StorePath) -> Result<PathBuf, StoreError> {
        self.make_root(path)?;
        self.temporary_directory(path)
    }

    /// The directory of unfinished files, if it is there and inside the root.
    pub(super) fn existing_temporary_directory(&self) -> Option<PathBuf> {
        let mut current = self.root.clone();
        for segment in super::temporary::DIRECTORY.split('/') {
            current.push(segment);
            // A link is not worth following to clean up.
            fs::symlink_metadata(&current).ok().filter(Metadata::is_dir)?;
        }
        Some(current)
    }

    fn make_root(&self, path: &StorePath) -> Result<(), StoreError> {
        let missing: Vec<&Path> = (self.root.ancestors())
            .take_while(|directory| !directory.exists())
            .collect();
        let made = disk::make_directories(&self.root).and_then(|()| {
            let above = missing.iter().filter_map(|made| made.parent());
            above.filter(|_| self.durable).try_for_each(disk::sync_names)
        });
        made.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
                let root = self.shown.display().to_string();
                StoreError::blocked(Operation::Put, self.show(path), root)
            }
            _ => self.io_error(Operation::Put, path, error),
        })
    }

    fn make(&self, path: &StorePath, directories: &str) -> Result<PathBuf, StoreError> {
        let made = self.descend(path, directories, Operation::Put, true)?;
        made.ok_or_else(|| self.io_error(Operation::Put, path, io::ErrorKind::NotFound.into()))
    }

    /// Goes down from the root, name by name; `segments` are those of `path`, its parents, or another directory
    /// that writing to `path` needs.
    fn descend(
        &self,
        path: &StorePath,
        segments: &str,
        operation: Operation,
        make: bool,
    ) -> Result<Option<PathBuf>, StoreError> {
        let mut current = self.root.clone();
        let mut end = 0;
        for segment in segments.split('/') {
            current.push(segment);
            end += segment.len() + usize::from(end > 0);
            let last = end == segments.len();
            let metadata = match fs::symlink_metadata(&current) {
                Err(error) if error.kind() == io::ErrorKind::NotFound && make => {
                    match disk::make_directory(&current) {
                        // Another thread may be making the same directory.
                        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
                        _ => fs::symlink_metadata(&current),
                    }
                }
                other => other,
            };
            match metadata {
                Ok(metadata) if metadata.is_symlink() => {
                    current = self.follow(&current, path, &segments[..end], operation)?;
                    if (make || !last) && !current.is_dir() {
                        return Err(self.blocked(operation, path, &segments[..end]));
                    }
                }
                Ok(metadata) if (make || !last) && !metadata.is_dir() => {
                    return Err(self.blocked(operation, path, &segments[..end]));
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                // The root itself is a file.
                Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                    let root = self.shown.display().to_string();
                    return Err(StoreError::blocked(operation, self.show(path), root));
                }
                Err(error) => return Err(self.io_error(operation, path, error)),
            }
        }
        Ok(Some(current))
    }

    /// The place that a link leads to. Going on from there, not through the link, means that nobody can turn the
    /// link elsewhere after this look.
    fn follow(
        &self,
        link: &Path,
        path: &StorePath,
        shown: &str,
        operation: Operation,
    ) -> Result<PathBuf, StoreError> {
        let (place, root) = match (fs::canonicalize(link), fs::canonicalize(&self.root)) {
            (Ok(place), Ok(root)) => (place, root),
            (Err(error), _) | (_, Err(error)) => {
                return Err(match error.kind() {
                    io::ErrorKind::NotFound => self.outside(operation, shown),
                    _ => self.io_error(operation, path, error),
                });
            }
        };
        if place.starts_with(&root) {
            Ok(place)
        } else {
            Err(self.outside(operation, shown))
        }
    }

    fn outside(&self, operation: Operation, link: &str) -> StoreError {
        let link = self.shown.join(link).display().to_string();
        StoreError::new(StoreErrorKind::Outside, operation, link)
    }

    fn blocked(&self, operation: Operation, path: &StorePath, in_the_way: &str) -> StoreError {
        let in_the_way = self.shown.join(in_the_way).display().to_string();
        StoreError::blocked(operation, self.show(path), in_the_way)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::error::Error;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use crate::store::{BlockingStore, LocalStore, StoreErrorKind, StorePath};

    fn path(path: &str) -> StorePath {
        StorePath::new(path).unwrap()
    }

    #[test]
    fn a_link_out_of_the_store_is_refused_by_every_operation() {
        let directory = tempfile::tempdir().unwrap();
        let (root, outside) = (directory.path().join("results"), directory.path().join("outside"));
        fs::create_dir_all(&root).unwrap();
        fs::create_dir_all(&outside).unwrap();
        fs::write(outside.join("secret.txt"), "secret").unwrap();
        symlink(&outside, root.join("link")).unwrap();
        symlink("../outside", root.join("relative")).unwrap();
        symlink(outside.join("secret.txt"), root.join("file.txt")).unwrap();
        symlink(outside.join("nothing"), root.join("dangling")).unwrap();
        let store = LocalStore::new(&root);

        for inner in [
            "link/secret.txt",
            "relative/secret.txt",
            "link/new/deep.txt",
            "dangling/x.txt",
        ] {
            let inner = path(inner);
            let errors = [
                store.get(&inner).unwrap_err(),
                store.stat(&inner).unwrap_err(),
                store.put(&inner, b"x").unwrap_err(),
                store.put_if_absent(&inner, b"x").unwrap_err(),
                store.delete(&inner).unwrap_err(),
                store.digest(&inner).unwrap_err(),
                store.list(Some(&inner)).unwrap_err(),
            ];
            for error in errors {
                assert_eq!(error.kind(), StoreErrorKind::Outside, "{error}");
            }
        }
        assert_eq!(
            store.get(&path("file.txt")).unwrap_err().kind(),
            StoreErrorKind::Outside
        );
        let shown = store.get(&path("link/secret.txt")).unwrap_err().to_string();
        let expected = format!(
            "cannot read `{}/link`: a symbolic link leads out of the store",
            root.display()
        );
        assert_eq!(shown, expected);

        // A link in the place of a file is replaced, what it leads to is not touched.
        store.put(&path("file.txt"), b"new").unwrap();
        assert_eq!(fs::read_to_string(outside.join("secret.txt")).unwrap(), "secret");
        assert_eq!(store.get(&path("file.txt")).unwrap(), Some(b"new".to_vec()));
        assert_eq!(
            fs::read_dir(&outside).unwrap().count(),
            1,
            "nothing was made outside"
        );
        assert!(!store.list(None).unwrap().contains(&path("link/secret.txt")));
    }

    #[test]
    fn the_directory_of_unfinished_files_is_confined_too() {
        let directory = tempfile::tempdir().unwrap();
        let (root, outside) = (directory.path().join("results"), directory.path().join("outside"));
        fs::create_dir_all(&root).unwrap();
        fs::create_dir_all(outside.join("tmp")).unwrap();
        symlink(&outside, root.join(".flow")).unwrap();
        let error = LocalStore::new(&root).put(&path("a.txt"), b"x").unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Outside, "{error}");
        assert_eq!(fs::read_dir(outside.join("tmp")).unwrap().count(), 0);
    }

    #[test]
    fn a_link_in_the_place_of_a_lock_is_refused_and_what_it_leads_to_is_not_touched() {
        let directory = tempfile::tempdir().unwrap();
        let (root, outside) = (
            directory.path().join("results"),
            directory.path().join("precious"),
        );
        fs::write(&outside, "precious").unwrap();
        let store = LocalStore::new(&root);
        drop(store.try_alone(&path("a.txt")).unwrap());
        for lock in fs::read_dir(root.join(".flow/locks")).unwrap() {
            let lock = lock.unwrap().path();
            fs::write(&lock, "what a lock holds does not matter").unwrap();
            drop(store.try_alone(&path("a.txt")).unwrap());
            assert_ne!(fs::read_to_string(&lock).unwrap(), "");

            fs::remove_file(&lock).unwrap();
            for target in [&outside, &directory.path().join("nothing")] {
                symlink(target, &lock).unwrap();
                let error = store.try_alone(&path("a.txt")).unwrap_err();
                assert!(error.to_string().contains(".flow/locks/"), "{error}");
                assert_eq!(
                    error.source().unwrap().to_string(),
                    "it is no regular file",
                    "{error}"
                );
                fs::remove_file(&lock).unwrap();
            }
        }
        assert_eq!(fs::read_to_string(&outside).unwrap(), "precious");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
    }

    #[test]
    fn links_inside_the_store_and_to_its_root_are_followed() {
        let directory = tempfile::tempdir().unwrap();
        let real = directory.path().join("real");
        fs::create_dir_all(real.join("today")).unwrap();
        symlink("today", real.join("latest")).unwrap();
        symlink(&real, directory.path().join("results")).unwrap();
        let store = LocalStore::new(directory.path().join("results"));
        store.put(&path("latest/a.txt"), b"1").unwrap();
        assert_eq!(store.get(&path("today/a.txt")).unwrap(), Some(b"1".to_vec()));
        assert_eq!(fs::read(real.join("today/a.txt")).unwrap(), b"1");
    }

    #[test]
    fn what_is_in_the_way_is_named_as_the_user_would_type_it() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("results");
        fs::write(&root, "a file").unwrap();
        let store = LocalStore::new(&root);
        let shown = root.display();
        for error in [
            store.put(&path("a.txt"), b"").unwrap_err(),
            store.stat(&path("a.txt")).unwrap_err(),
        ] {
            assert_eq!(error.kind(), StoreErrorKind::Blocked);
            assert!(
                error
                    .to_string()
                    .ends_with(&format!("`{shown}/a.txt`: `{shown}` is not a directory"))
            );
        }
        assert_eq!(store.list(None).unwrap_err().kind(), StoreErrorKind::Blocked);

        fs::remove_file(&root).unwrap();
        store.put(&path("a/b"), b"").unwrap();
        let error = store.put(&path("a/b/c/d"), b"").unwrap_err().to_string();
        assert_eq!(
            error,
            format!("cannot write `{shown}/a/b/c/d`: `{shown}/a/b` is not a directory")
        );
        let error = store.put(&path("a"), b"").unwrap_err().to_string();
        assert_eq!(error, format!("cannot write `{shown}/a`: it is a directory"));
    }

    #[test]
    fn a_store_without_permission_is_not_writable() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("results");
        fs::create_dir(&root).unwrap();
        fs::set_permissions(&root, fs::Permissions::from_mode(0o555)).unwrap();
        // The superuser may write everywhere: there this cannot be seen.
        let superuser = fs::write(root.join("probe"), "").is_ok();
        if !superuser {
            let error = LocalStore::new(&root).put(&path("a.txt"), b"x").unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::NotWritable);
        }
        fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).unwrap();
    }
}
