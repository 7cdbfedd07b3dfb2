//! Watches every change below a directory: writes it down, and makes some of them fail.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::Change;

/// What has happened, with paths below the watched directory.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Event {
    MakeDirectory(PathBuf),
    Create(PathBuf),
    Write(PathBuf, Vec<u8>),
    Cut(PathBuf, u64),
    Sync(PathBuf),
    Rename(PathBuf, PathBuf),
    Link(PathBuf, PathBuf),
    Remove(PathBuf),
    RemoveTree(PathBuf),
    SyncNames(PathBuf),
    SyncAll,
    /// Somebody was told that this is safe.
    Told(&'static str),
}

impl fmt::Debug for Event {
    /// Without bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MakeDirectory(path) => write!(f, "make {}/", path.display()),
            Self::Create(path) => write!(f, "create {}", path.display()),
            Self::Write(path, bytes) => write!(f, "write {} bytes to {}", bytes.len(), path.display()),
            Self::Cut(path, len) => write!(f, "cut {} to {len} bytes", path.display()),
            Self::Sync(path) => write!(f, "sync {}", path.display()),
            Self::Rename(from, to) => write!(f, "rename {} to {}", from.display(), to.display()),
            Self::Link(from, to) => write!(f, "link {} to {}", from.display(), to.display()),
            Self::Remove(path) => write!(f, "remove {}", path.display()),
            Self::RemoveTree(path) => write!(f, "remove {}/", path.display()),
            Self::SyncNames(path) => write!(f, "sync names in {}/", path.display()),
            Self::SyncAll => f.write_str("sync all"),
            Self::Told(what) => write!(f, "told that `{what}` is safe"),
        }
    }
}

/// Which changes fail, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fault {
    /// The first that fails, from 0.
    pub(super) at: usize,
    /// Whether all after it do so too.
    pub(super) for_ever: bool,
    pub(super) how: How,
}

/// What becomes of a change that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// It is not made.
    Not,
    /// Half of what was to be written is.
    Half,
    /// It is made, and still an error.
    Made,
    /// It is not made, if it is a write, and no error.
    Lie,
}

/// The watch over one directory, as long as somebody has it.
pub(super) struct Watch {
    root: PathBuf,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    events: Vec<Event>,
    fault: Option<Fault>,
    changes: usize,
    failed: Vec<PathBuf>,
}

static WATCHES: Mutex<Vec<Weak<Watch>>> = Mutex::new(Vec::new());

impl Watch {
    pub(super) fn over(root: &Path, fault: Option<Fault>) -> Arc<Self> {
        let watch = Arc::new(Self {
            root: root.to_owned(),
            inner: Mutex::new(Inner {
                fault,
                ..Inner::default()
            }),
        });
        let mut watches = WATCHES.lock().unwrap_or_else(PoisonError::into_inner);
        watches.retain(|watch| watch.strong_count() > 0);
        watches.push(Arc::downgrade(&watch));
        watch
    }

    pub(super) fn tell(&self, what: &'static str) {
        self.lock().events.push(Event::Told(what));
    }

    pub(super) fn events(&self) -> Vec<Event> {
        self.lock().events.clone()
    }

    /// How many changes were wanted.
    pub(super) fn changes(&self) -> usize {
        self.lock().changes
    }

    /// The files and directories of the changes that failed.
    pub(super) fn failed(&self) -> Vec<PathBuf> {
        self.lock().failed.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn below(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).unwrap_or(path).to_owned()
    }

    fn event(&self, change: Change<'_>) -> Event {
        let below = |path| self.below(path);
        match change {
            Change::MakeDirectory(path) => Event::MakeDirectory(below(path)),
            Change::Create(path) => Event::Create(below(path)),
            Change::Write(path, bytes) => Event::Write(below(path), bytes.to_vec()),
            Change::Cut(path, len) => Event::Cut(below(path), len),
            Change::Sync(path) => Event::Sync(below(path)),
            Change::Rename(from, to) => Event::Rename(below(from), below(to)),
            Change::Link(from, to) => Event::Link(below(from), below(to)),
            Change::Remove(path) => Event::Remove(below(path)),
            Change::RemoveTree(path) => Event::RemoveTree(below(path)),
            Change::SyncNames(path) => Event::SyncNames(below(path)),
            Change::SyncAll(_) => Event::SyncAll,
        }
    }
}

/// Makes a change, under the eyes of who watches its place: in the order in which they write it down.
pub(super) fn change<T>(what: Change<'_>, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let path = place(what);
    let watch = {
        let watches = WATCHES.lock().unwrap_or_else(PoisonError::into_inner);
        let mut watches = watches.iter().filter_map(Weak::upgrade);
        watches.find(|watch| path.starts_with(&watch.root))
    };
    let Some(watch) = watch else { return act() };
    let mut inner = watch.lock();
    let number = inner.changes;
    inner.changes += 1;
    let fails = |fault: &Fault| number == fault.at || (number > fault.at && fault.for_ever);
    let Some(fault) = inner.fault.filter(fails) else {
        let made = act()?;
        inner.events.push(watch.event(what));
        return Ok(made);
    };
    if fault.how != How::Lie {
        inner.failed.push(watch.below(path));
    }
    match (fault.how, what) {
        (How::Lie, Change::Write(path, _)) => {
            let before = fs::metadata(path)?.len();
            let made = act()?;
            File::options().append(true).open(path)?.set_len(before)?;
            return Ok(made);
        }
        (How::Lie, _) => return act(),
        (How::Half, Change::Write(path, bytes)) => {
            let half = &bytes[..bytes.len() / 2];
            File::options().append(true).open(path)?.write_all(half)?;
            inner.events.push(Event::Write(watch.below(path), half.to_vec()));
        }
        (How::Made, _) => {
            act()?;
            inner.events.push(watch.event(what));
        }
        _ => {}
    }
    Err(io::ErrorKind::StorageFull.into())
}

fn place(change: Change<'_>) -> &Path {
    match change {
        Change::MakeDirectory(path)
        | Change::Create(path)
        | Change::Write(path, _)
        | Change::Cut(path, _)
        | Change::Sync(path)
        | Change::Rename(path, _)
        | Change::Link(path, _)
        | Change::Remove(path)
        | Change::RemoveTree(path)
        | Change::SyncNames(path)
        | Change::SyncAll(path) => path,
    }
}
