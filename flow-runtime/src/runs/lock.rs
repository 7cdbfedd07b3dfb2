//! Who drives a run: a lock of the system on one open file, which no death leaves behind.

use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// The process that drives a run, as it wrote itself down.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// The process's id; `None` where it cannot be told.
    pub process: Option<u32>,
    /// The host's name; empty where it cannot be told.
    pub host: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.process, &*self.host) {
            (None, _) => f.write_str("another process"),
            (Some(process), "") => write!(f, "process {process}"),
            (Some(process), host) => write!(f, "process {process} on {host}"),
        }
    }
}

impl Holder {
    /// This process.
    pub(super) fn this() -> Self {
        let host = rustix::system::uname();
        Self {
            process: Some(std::process::id()),
            host: host.nodename().to_string_lossy().into_owned(),
        }
    }

    /// The process that has written itself down in this lock.
    pub(super) fn of(mut file: File) -> Self {
        let text = text_of(&mut file).unwrap_or_default();
        let mut words = text
            .split_whitespace()
            .filter(|word| ![HELD, LEFT].contains(word));
        Self {
            process: words.next().and_then(|word| word.parse().ok()),
            host: words.next().unwrap_or("").to_owned(),
        }
    }
}

/// What a lock begins with while somebody has it, and what then takes its place: as long, so that there is always room for it. Who
/// dies writes nothing.
const HELD: &str = "held";
const LEFT: &str = "left";

fn text_of(file: &mut File) -> io::Result<String> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(1000).read_to_string(&mut text)?;
    Ok(text)
}

fn write(mut file: &File, text: &str) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.write_all(text.as_bytes())?;
    // Only then: what stood there is better than nothing.
    file.set_len(text.len() as u64)
}

/// Whether who had a lock with this text has let go of it, or nobody has had it.
fn is_left(text: &str) -> bool {
    text.is_empty() || text.starts_with(LEFT)
}

/// Whether who had the lock in this file last has let go of it.
pub(super) fn was_left(path: &Path) -> bool {
    File::open(path)
        .and_then(|mut file| text_of(&mut file))
        .is_ok_and(|text| is_left(&text))
}

/// A lock that is ours until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    /// What stood there before.
    former: String,
    /// Whether this process has written down that it has the run: what an earlier one has left is told since then.
    has_begun: AtomicBool,
}

impl Lock {
    /// Whether who had it before has let go of it, and did not die.
    pub(super) fn was_left(&self) -> bool {
        is_left(&self.former)
    }

    /// What is told of who had it before is told elsewhere from here on.
    pub(super) fn begin(&self) {
        self.has_begun.store(true, Ordering::Relaxed);
    }

    /// Has the disk keep that it is ours.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Says that who has it does not die of what it does.
    pub(super) fn leave(&self) {
        let mut file = &self.file;
        let _ = file
            .seek(SeekFrom::Start(0))
            .and_then(|_| file.write_all(LEFT.as_bytes()));
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.has_begun.load(Ordering::Relaxed) || self.was_left() {
            self.leave();
        } else {
            // Who had it before died, and nobody has said so yet.
            let _ = write(&self.file, &self.former);
        }
    }
}

/// Who has the lock in this file; `None` where nobody has.
pub(super) fn holder(path: &Path) -> Option<Holder> {
    let file = File::open(path).ok()?;
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)).then(|| Holder::of(file))
}

/// What came of trying to take a lock.
pub(super) enum Taken {
    /// It is ours as long as the file is open.
    Ours(Lock),
    /// Another process has it.
    Others(Holder),
}

/// Takes the lock in this file, which is made if there is none, and writes down who has it.
pub(super) fn take(path: &Path) -> io::Result<Taken> {
    // Not truncated: who holds it stands there.
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) => return Ok(Taken::Others(Holder::of(file))),
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            // A file system without locks keeps nobody away.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => break,
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    let former = text_of(&mut file).unwrap_or_default();
    let Holder { process, host } = Holder::this();
    write(&file, &format!("{HELD} {} {host}\n", process.unwrap_or(0)))?;
    Ok(Taken::Ours(Lock {
        file,
        former,
        has_begun: AtomicBool::new(false),
    }))
}
