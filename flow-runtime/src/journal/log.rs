//! The writing end of a journal: many workers append, one of them writes for all.
//!
//! A worker encodes its record into a shared buffer. Who wants to be sure that a record is written takes the buffer and
//! writes it, with all that the others have added meanwhile; who comes while that goes on waits for its turn, or goes on
//! without. The order in the buffer is the order in the journal, whoever writes it.
//!
//! Where records are to survive the machine too, a thread of its own has the system write them to the disk, again and
//! again while there are new ones: a worker waits for it only where it has to.

use core::sync::atomic::{AtomicU64, Ordering};
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::NotRecorded;
use super::frame;
use super::medium::Medium;
use super::record::Record;
use crate::contained::caught_as;

/// A buffer that nobody has written is not let grow longer.
const LONGEST: usize = 1 << 20;

/// How often it is looked whether a write has ended, before its end is slept for.
const SPINS: u32 = 200;

/// A journal that is being written.
pub(crate) struct Log {
    shared: Arc<Shared>,
    /// Has the disk keep what is written; `None` where the system may take its time.
    syncer: Option<JoinHandle<()>>,
}

struct Shared {
    medium: Box<dyn Medium>,
    inner: Mutex<Inner>,
    changed: Condvar,
    /// What [`Inner::written`] is, to be looked at without the lock.
    written: AtomicU64,
}

#[derive(Default)]
struct Inner {
    buffer: Vec<u8>,
    /// Given back by who has written it, to be filled again.
    spare: Vec<u8>,
    /// Bytes appended so far, how many of them are written, and how many are on the disk.
    appended: u64,
    written: u64,
    synced: u64,
    /// Whether somebody writes.
    busy: bool,
    /// How many wait for a change: to wake nobody is a call of the system, too.
    waiting: usize,
    closed: bool,
    /// Whether the run is let go: what is appended after that is nobody's.
    ended: bool,
    /// The first error: nothing is written after it, for it would stand behind a gap.
    failed: Option<NotRecorded>,
}

impl Log {
    /// A journal whose records survive the machine with `full`, else the process.
    ///
    /// # Errors
    ///
    /// If there can be no more threads.
    pub(crate) fn new(medium: impl Medium + 'static, full: bool) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            medium: Box::new(medium),
            inner: Mutex::default(),
            changed: Condvar::new(),
            written: AtomicU64::new(0),
        });
        let syncer = if full {
            let shared = Arc::clone(&shared);
            let thread = thread::Builder::new().name("flow-journal".to_owned());
            Some(thread.spawn(move || shared.keep_synced())?)
        } else {
            None
        };
        Ok(Self { shared, syncer })
    }

    /// Appends a record; it is written by the next [`flush`](Self::flush), of whoever.
    pub(crate) fn append(&self, record: &Record) {
        let mut inner = self.shared.lock();
        if inner.failed.is_some() || inner.ended {
            return;
        }
        let before = inner.buffer.len();
        match frame::append(&mut inner.buffer, |to| record.encode(to)) {
            Ok(()) => {
                let added = inner.buffer.len() - before;
                inner.appended += added as u64;
                let is_long = inner.buffer.len() >= LONGEST;
                drop(inner);
                if is_long {
                    // Its error is remembered, and told by the next who wants to be sure.
                    let _ = self.flush();
                }
            }
            Err(error) => {
                inner.failed = Some(NotRecorded::new(error));
                self.shared.wake(&inner);
            }
        }
    }

    /// Returns when all that was appended before is as safe as it is to be; nothing is appended after that: the run is
    /// another process's to drive.
    pub(crate) fn end(&self) -> Result<(), NotRecorded> {
        self.shared.lock().ended = true;
        self.sync()
    }

    /// Returns when all that was appended before is written.
    pub(crate) fn flush(&self) -> Result<(), NotRecorded> {
        self.shared.flush().map(|_| ())
    }

    /// Returns when all that was appended before is as safe as it is to be.
    pub(crate) fn sync(&self) -> Result<(), NotRecorded> {
        let wanted = self.shared.flush()?;
        let mut inner = self.shared.lock();
        while self.syncer.is_some() && inner.synced < wanted && inner.failed.is_none() {
            inner = self.shared.wait(inner);
        }
        inner.failed.clone().map_or(Ok(()), Err)
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        // A run that is dropped before its end has nobody who could be told of an error.
        let _ = self.flush();
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
        if let Some(syncer) = self.syncer.take() {
            let _ = syncer.join();
        }
    }
}

impl Shared {
    /// Writes all that was appended before; up to where that is.
    fn flush(&self) -> Result<u64, NotRecorded> {
        let mut inner = self.lock();
        let wanted = inner.appended;
        loop {
            if let Some(error) = &inner.failed {
                return Err(error.clone());
            }
            if inner.written >= wanted {
                return Ok(wanted);
            }
            if inner.busy {
                let written = inner.written;
                drop(inner);
                self.spin(written);
                inner = self.lock();
                if inner.busy && inner.written == written {
                    inner = self.wait(inner);
                }
                continue;
            }
            inner.busy = true;
            let spare = std::mem::take(&mut inner.spare);
            let mut bytes = std::mem::replace(&mut inner.buffer, spare);
            let end = inner.appended;
            drop(inner);
            let written = contained(|| self.medium.write(&bytes));
            bytes.clear();
            inner = self.lock();
            inner.spare = bytes;
            inner.busy = false;
            match written {
                Ok(()) => {
                    inner.written = end;
                    self.written.store(end, Ordering::Release);
                }
                Err(error) => inner.failed = Some(NotRecorded::new(error)),
            }
            self.wake(&inner);
        }
    }

    /// Waits a moment for the write that goes on: most take less time than it takes to fall asleep.
    fn spin(&self, written: u64) {
        for _ in 0..SPINS {
            if self.written.load(Ordering::Acquire) != written {
                return;
            }
            core::hint::spin_loop();
        }
    }

    fn wake(&self, inner: &Inner) {
        if inner.waiting > 0 {
            self.changed.notify_all();
        }
    }

    fn keep_synced(&self) {
        let mut inner = self.lock();
        loop {
            let wanted = inner.written;
            if inner.synced < wanted && inner.failed.is_none() {
                drop(inner);
                let synced = contained(|| self.medium.sync());
                inner = self.lock();
                match synced {
                    Ok(()) => inner.synced = wanted,
                    Err(error) => inner.failed = Some(NotRecorded::new(error)),
                }
                self.wake(&inner);
            } else if inner.closed {
                return;
            } else {
                inner = self.wait(inner);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, mut inner: MutexGuard<'a, Inner>) -> MutexGuard<'a, Inner> {
        inner.waiting += 1;
        inner = self.changed.wait(inner).unwrap_or_else(PoisonError::into_inner);
        inner.waiting -= 1;
        inner
    }
}

/// A medium is a store's, and a store may be anybody's: its panic is an error, or those who wait for it would wait for ever.
fn contained(call: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    caught_as("the store", io::Error::other, call)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};
    use std::thread;

    use super::{Log, Medium};
    use crate::journal::frame::{Frames, header};
    use crate::journal::record::{Record, Started};

    /// Remembers what is written, and fails at a write.
    #[derive(Clone)]
    struct Memory {
        bytes: Arc<Mutex<Vec<u8>>>,
        writes: Arc<AtomicUsize>,
        synced: Arc<AtomicUsize>,
        fails_at: usize,
    }

    impl Memory {
        fn new(fails_at: usize) -> Self {
            Self {
                bytes: Arc::new(Mutex::new(header().to_vec())),
                writes: Arc::default(),
                synced: Arc::default(),
                fails_at,
            }
        }

        fn records(&self) -> Vec<(u32, u32)> {
            let bytes = self.bytes.lock().unwrap();
            let records = Frames::new(&bytes)
                .unwrap()
                .map(|payload| Record::decode(payload).unwrap());
            let started = records.map(|record| match record {
                Record::Started(started) => (started.node, started.attempt),
                other => panic!("{other:?}"),
            });
            started.collect()
        }
    }

    impl Medium for Memory {
        fn write(&self, bytes: &[u8]) -> io::Result<()> {
            if self.writes.fetch_add(1, Ordering::Relaxed) + 1 >= self.fails_at {
                return Err(io::ErrorKind::StorageFull.into());
            }
            // Gives the others time to append meanwhile.
            thread::yield_now();
            self.bytes.lock().unwrap().extend_from_slice(bytes);
            Ok(())
        }

        fn sync(&self) -> io::Result<()> {
            self.synced
                .store(self.bytes.lock().unwrap().len(), Ordering::SeqCst);
            Ok(())
        }
    }

    fn record(node: u32, attempt: u32) -> Record {
        Record::Started(Started {
            node,
            child: None,
            attempt,
        })
    }

    #[test]
    fn what_many_append_is_written_once_each_in_everybodys_order() {
        for full in [false, true] {
            let memory = Memory::new(usize::MAX);
            let log = Log::new(memory.clone(), full).unwrap();
            thread::scope(|scope| {
                for worker in 0..4 {
                    let (log, memory) = (&log, &memory);
                    scope.spawn(move || {
                        for attempt in 0..200 {
                            log.append(&record(worker, attempt));
                            if attempt % 3 == 0 {
                                log.flush().unwrap();
                                assert!(memory.records().contains(&(worker, attempt)));
                            }
                        }
                    });
                }
            });
            log.sync().unwrap();
            let records = memory.records();
            assert_eq!(records.len(), 800);
            for worker in 0..4 {
                let own = records
                    .iter()
                    .filter(|(of, _)| *of == worker)
                    .map(|(_, attempt)| *attempt);
                assert!(own.eq(0..200));
            }
            if full {
                assert_eq!(
                    memory.synced.load(Ordering::SeqCst),
                    memory.bytes.lock().unwrap().len()
                );
            }
        }
    }

    #[test]
    fn after_an_error_nothing_more_is_written() {
        let memory = Memory::new(2);
        let log = Log::new(memory.clone(), true).unwrap();
        log.append(&record(0, 1));
        log.sync().unwrap();
        log.append(&record(0, 2));
        let error = log.flush().unwrap_err();
        assert_eq!(error.0.kind(), io::ErrorKind::StorageFull);
        log.append(&record(0, 3));
        assert!(log.sync().is_err() && log.flush().is_err());
        assert_eq!(memory.records(), [(0, 1)]);
    }

    #[test]
    fn a_medium_that_panics_has_failed_and_keeps_nobody_waiting() {
        struct Panics {
            at_sync: bool,
        }

        impl Medium for Panics {
            fn write(&self, _: &[u8]) -> io::Result<()> {
                assert!(self.at_sync, "no bucket");
                Ok(())
            }

            fn sync(&self) -> io::Result<()> {
                panic!("no bucket");
            }
        }

        for at_sync in [false, true] {
            let log = Log::new(Panics { at_sync }, true).unwrap();
            log.append(&record(0, 1));
            let error = log.sync().unwrap_err();
            assert_eq!(error.0.to_string(), "the store panicked: no bucket");
            log.append(&record(0, 2));
            assert!(log.flush().is_err());
        }
    }

    #[test]
    fn nothing_is_written_of_a_run_that_was_let_go() {
        let memory = Memory::new(usize::MAX);
        let log = Log::new(memory.clone(), false).unwrap();
        log.append(&record(0, 1));
        log.end().unwrap();
        log.append(&record(0, 2));
        log.flush().unwrap();
        drop(log);
        assert_eq!(memory.records(), [(0, 1)]);
    }
}
