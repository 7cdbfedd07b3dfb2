//! Who drives a run: a lock of the system on one open file, which no death leaves behind.

use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::thread;
use std::time::Duration;

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
        let mut text = String::new();
        let start = file.seek(SeekFrom::Start(0));
        let read = start.and_then(|_| file.take(1000).read_to_string(&mut text));
        let mut words = text.split_whitespace();
        Self {
            process: words
                .next()
                .filter(|_| read.is_ok())
                .and_then(|word| word.parse().ok()),
            host: words.next().unwrap_or("").to_owned(),
        }
    }
}

/// A lock that is ours until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    /// Whether who had it before has let go of it, and did not die.
    pub(super) was_left: bool,
}

impl Lock {
    /// Says that who has it does not die of what it does, on a full disk too: who dies writes nothing.
    pub(super) fn leave(&self) {
        let _ = self.file.set_len(0);
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.leave();
    }
}

/// So often it is looked who has a lock in which nobody stands, and for so long in between: who has it is about to let go, or to
/// write itself down.
const MOST_LOOKS: usize = 50;
const PAUSE: Duration = Duration::from_micros(200);

/// Who has the lock in this file; `None` where nobody has.
pub(super) fn holder(path: &Path) -> Option<Holder> {
    for _ in 0..MOST_LOOKS {
        let file = File::open(path).ok()?;
        if !matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)) {
            return None;
        }
        let holder = Holder::of(file);
        if holder.process.is_some() {
            return Some(holder);
        }
        thread::sleep(PAUSE);
    }
    Some(Holder {
        process: None,
        host: String::new(),
    })
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
    let mut looks = 0;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) => {
                looks += 1;
                if looks < MOST_LOOKS && file.metadata()?.len() == 0 {
                    thread::sleep(PAUSE);
                    continue;
                }
                return Ok(Taken::Others(Holder::of(file)));
            }
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            // A file system without locks keeps nobody away.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => break,
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    let was_left = file.metadata()?.len() == 0;
    let Holder { process, host } = Holder::this();
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    writeln!(file, "{} {host}", process.unwrap_or(0))?;
    Ok(Taken::Ours(Lock { file, was_left }))
}
