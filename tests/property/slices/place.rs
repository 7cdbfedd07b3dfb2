//! Where sliced runs lie, and copies of such a place: what it would hold had the process died now.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use flow_runtime::store::{Blocking, BlockingStore, MemoryStore, StorePath};
use flow_runtime::{Durability, Runner};
use tempfile::TempDir;

/// Where runs of slices lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// In the messages alone.
    Memory,
    /// In a store that keeps its runs itself.
    Store,
    /// In a directory, with journals.
    Directory,
    /// In a directory, with nothing but results.
    Unrecorded,
}

impl Kind {
    /// Whether what a slice has done outlives it though its answer is lost.
    pub(super) fn is_recorded(self) -> bool {
        matches!(self, Self::Store | Self::Directory)
    }

    pub(super) fn has_files(self) -> bool {
        self != Self::Memory
    }
}

pub(super) enum Place {
    Memory,
    Store(MemoryStore),
    Directory { root: TempDir, kind: Kind },
}

impl Place {
    pub(super) fn new(kind: Kind) -> io::Result<Self> {
        Ok(match kind {
            Kind::Memory => Self::Memory,
            Kind::Store => Self::Store(MemoryStore::new()),
            Kind::Directory | Kind::Unrecorded => Self::Directory {
                root: tempfile::tempdir()?,
                kind,
            },
        })
    }

    pub(super) fn runner(&self) -> Runner {
        match self {
            Self::Memory => Runner::in_memory(),
            Self::Store(store) => Runner::new().store_in(Blocking::new(store.clone())),
            Self::Directory { root, kind } => {
                let runner = Runner::new().store(root.path());
                match kind {
                    Kind::Unrecorded => runner.durability(Durability::None),
                    _ => runner,
                }
            }
        }
    }

    /// The same once more; what changes here afterwards does not change there.
    pub(super) fn copy(&self) -> io::Result<Self> {
        Ok(match self {
            Self::Memory => Self::Memory,
            Self::Store(store) => {
                let copy = MemoryStore::new();
                for path in store.list(None).map_err(io::Error::other)? {
                    if let Some(bytes) = store.get(&path).map_err(io::Error::other)? {
                        copy.put(&path, &bytes).map_err(io::Error::other)?;
                    }
                }
                Self::Store(copy)
            }
            Self::Directory { root, kind } => {
                let copy = tempfile::tempdir()?;
                copy_files(root.path(), copy.path())?;
                Self::Directory {
                    root: copy,
                    kind: *kind,
                }
            }
        })
    }

    /// Whether a file of this name lies anywhere in it.
    pub(super) fn holds(&self, name: &str) -> io::Result<bool> {
        Ok(match self {
            Self::Memory => false,
            Self::Store(store) => {
                let paths = store.list(None).map_err(io::Error::other)?;
                paths.iter().any(|path| path.segments().next_back() == Some(name))
            }
            Self::Directory { root, .. } => files(root.path())?
                .iter()
                .any(|path| path.file_name().is_some_and(|of| of == name)),
        })
    }

    /// The journal of its run.
    pub(super) fn journal(&self, run: &str) -> Option<PathBuf> {
        match self {
            Self::Directory { root, .. } => Some(root.path().join(".flow/runs").join(run).join("journal")),
            Self::Memory | Self::Store(_) => None,
        }
    }

    /// Forgets what is recorded of runs, as no store may.
    pub(super) fn forget(&self) -> io::Result<()> {
        match self {
            Self::Memory => {}
            Self::Store(store) => {
                let runs = StorePath::new(".flow/stored").map_err(io::Error::other)?;
                for path in store.list(Some(&runs)).map_err(io::Error::other)? {
                    store.delete(&path).map_err(io::Error::other)?;
                }
            }
            Self::Directory { root, .. } => fs::remove_dir_all(root.path().join(".flow/runs"))?,
        }
        Ok(())
    }
}

fn copy_files(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&target)?;
            copy_files(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

fn files(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    Ok(found)
}
