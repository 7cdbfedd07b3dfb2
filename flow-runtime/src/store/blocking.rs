//! The two bridges between blocking and asynchronous code: [`Blocking`] makes a store of blocking operations,
//! [`wait`] drives a future on the current thread.
//!
//! Neither needs nor knows a runtime.

use std::io;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::{Alone, Operation, Scratch, Stat, Store, StoreError, StoreFuture, StorePath};
use crate::digest::Digest;

/// A [`Store`] whose operations block the thread that asks; [`Blocking`] makes a [`Store`] of it.
pub trait BlockingStore: std::fmt::Debug + Send + Sync {
    /// As [`Store::get`].
    ///
    /// # Errors
    /// When the file cannot be read.
    fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError>;

    /// As [`Store::stat`].
    ///
    /// # Errors
    /// When the file cannot be looked at.
    fn stat(&self, path: &StorePath) -> Result<Option<Stat>, StoreError>;

    /// As [`Store::put`].
    ///
    /// # Errors
    /// When the file cannot be written.
    fn put(&self, path: &StorePath, bytes: &[u8]) -> Result<Stat, StoreError>;

    /// As [`Store::put_if_absent`].
    ///
    /// # Errors
    /// When the file cannot be written, but for the one that is there already.
    fn put_if_absent(&self, path: &StorePath, bytes: &[u8]) -> Result<bool, StoreError>;

    /// As [`Store::list`].
    ///
    /// # Errors
    /// When a directory cannot be read.
    fn list(&self, below: Option<&StorePath>) -> Result<Vec<StorePath>, StoreError>;

    /// As [`Store::delete`].
    ///
    /// # Errors
    /// When the file is there and cannot be deleted.
    fn delete(&self, path: &StorePath) -> Result<bool, StoreError>;

    /// As [`Store::show`].
    fn show(&self, path: &StorePath) -> String;

    /// As [`Store::scratch`].
    ///
    /// # Errors
    /// When it cannot be made.
    fn scratch(&self) -> Result<Scratch, StoreError> {
        super::temporary_scratch()
    }

    /// As [`Store::put_file`].
    ///
    /// # Errors
    /// When the file cannot be read, or not be written here.
    fn put_file(&self, path: &StorePath, file: &Path) -> Result<Stat, StoreError> {
        self.put(path, &super::read_file(file)?)
    }

    /// As [`Store::local_file`].
    ///
    /// # Errors
    /// When the file cannot be looked at.
    fn local_file(&self, path: &StorePath) -> Result<Option<PathBuf>, StoreError> {
        let _ = path;
        Ok(None)
    }

    /// As [`Store::alone`], but without waiting.
    ///
    /// # Errors
    /// When what stands where the lock belongs is none.
    fn try_alone(&self, path: &StorePath) -> Result<Turn, StoreError> {
        let _ = path;
        Ok(Turn::Free)
    }

    /// As [`Store::digest`].
    ///
    /// # Errors
    /// When the file cannot be read.
    fn digest(&self, path: &StorePath) -> Result<Option<Digest>, StoreError> {
        Ok(self.get(path)?.map(|bytes| Digest::of(&bytes)))
    }
}

/// What came of trying to be alone with a file, see [`BlockingStore::try_alone`].
#[derive(Debug)]
pub enum Turn {
    /// It is so.
    Alone(Alone),
    /// Somebody else is.
    Taken {
        /// What they hold, as the user would type it.
        lock: String,
    },
    /// This store keeps nobody from a file.
    Free,
}

/// How long another run is waited for. It is alone with a file while it writes or hashes it: longer only for files
/// that take longer, or when it is stopped.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is looked whether that run has let go.
const TICK: Duration = Duration::from_millis(10);

/// A blocking store as a [`Store`]; its futures are ready at the first poll, after blocking. Only
/// [`alone`](Store::alone) waits, and leaves the thread to others meanwhile.
///
/// ```
/// use flow_runtime::store::{Blocking, MemoryStore, Store, StorePath, wait};
///
/// let store = Blocking::new(MemoryStore::new());
/// let path: StorePath = "a/b.txt".parse().unwrap();
/// wait(store.put(&path, b"text"))?;
/// assert_eq!(wait(store.get(&path))?, Some(b"text".to_vec()));
/// # Ok::<(), flow_runtime::store::StoreError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Blocking<S> {
    store: S,
    patience: Duration,
}

impl<S: BlockingStore> Blocking<S> {
    /// Adapts a blocking store.
    pub fn new(store: S) -> Self {
        Self {
            store,
            patience: PATIENCE,
        }
    }

    /// Waits so long, instead of 30 seconds, for another run that is alone with a file.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }
}

impl<S: BlockingStore> Blocking<S> {
    /// Tries to be alone with a file until it is so, or patience ends.
    async fn wait_for(&self, path: &StorePath) -> Result<Option<Alone>, StoreError> {
        let start = Instant::now();
        let ticks = Ticks::every(TICK)
            .map_err(|error| StoreError::from_io(error, Operation::Alone, self.store.show(path)))?;
        loop {
            ticks.next().await;
            match self.store.try_alone(path)? {
                Turn::Alone(alone) => return Ok(Some(alone)),
                Turn::Free => return Ok(None),
                Turn::Taken { lock } if start.elapsed() >= self.patience => {
                    return Err(StoreError::busy(self.store.show(path), lock));
                }
                Turn::Taken { .. } => {}
            }
        }
    }
}

impl<S: BlockingStore> Store for Blocking<S> {
    fn get<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, Option<Vec<u8>>> {
        Box::pin(async move { self.store.get(path) })
    }

    fn stat<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, Option<Stat>> {
        Box::pin(async move { self.store.stat(path) })
    }

    fn put<'a>(&'a self, path: &'a StorePath, bytes: &'a [u8]) -> StoreFuture<'a, Stat> {
        Box::pin(async move { self.store.put(path, bytes) })
    }

    fn put_if_absent<'a>(&'a self, path: &'a StorePath, bytes: &'a [u8]) -> StoreFuture<'a, bool> {
        Box::pin(async move { self.store.put_if_absent(path, bytes) })
    }

    fn list<'a>(&'a self, below: Option<&'a StorePath>) -> StoreFuture<'a, Vec<StorePath>> {
        Box::pin(async move { self.store.list(below) })
    }

    fn delete<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, bool> {
        Box::pin(async move { self.store.delete(path) })
    }

    fn show(&self, path: &StorePath) -> String {
        self.store.show(path)
    }

    fn scratch(&self) -> StoreFuture<'_, Scratch> {
        Box::pin(async move { self.store.scratch() })
    }

    fn put_file<'a>(&'a self, path: &'a StorePath, file: &'a Path) -> StoreFuture<'a, Stat> {
        Box::pin(async move { self.store.put_file(path, file) })
    }

    fn local_file<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, Option<PathBuf>> {
        Box::pin(async move { self.store.local_file(path) })
    }

    fn alone<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, Option<Alone>> {
        Box::pin(async move {
            match self.store.try_alone(path)? {
                Turn::Alone(alone) => Ok(Some(alone)),
                Turn::Free => Ok(None),
                Turn::Taken { .. } => self.wait_for(path).await,
            }
        })
    }

    fn digest<'a>(&'a self, path: &'a StorePath) -> StoreFuture<'a, Option<Digest>> {
        Box::pin(async move { self.store.digest(path) })
    }
}

/// Wakes a future again and again, without a runtime; a thread of its own sleeps for it until this is dropped.
struct Ticks(Arc<Notify>);

impl Ticks {
    fn every(tick: Duration) -> io::Result<Self> {
        let notify = Arc::new(Notify::new());
        let listener = Arc::downgrade(&notify);
        let sleep = move || {
            while let Some(notify) = listener.upgrade() {
                notify.notify_one();
                drop(notify);
                thread::sleep(tick);
            }
        };
        thread::Builder::new()
            .name("flow-ticks".to_owned())
            .spawn(sleep)?;
        Ok(Self(notify))
    }

    async fn next(&self) {
        self.0.notified().await;
    }
}

/// Drives a future to its end on the current thread, which sleeps while there is nothing to do.
///
/// For threads that may block, and for futures that need no runtime of their own, as those of [`Blocking`] stores.
pub fn wait<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    // Most futures here never wait: no waker is made for them.
    if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        return output;
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        // A wake-up since the poll is remembered by the thread: `park` then returns at once.
        thread::park();
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::task::{Context, Poll, Waker};
    use std::thread;
    use std::time::Duration;

    use super::{Blocking, wait};
    use crate::store::{MemoryStore, Store, StorePath};

    #[test]
    fn wait_returns_what_is_ready() {
        assert_eq!(wait(async { 7 }), 7);
    }

    #[test]
    fn waiting_for_another_run_leaves_the_thread_to_others() {
        let store = Blocking::new(MemoryStore::new());
        let path = StorePath::new("a").unwrap();
        let first = wait(store.alone(&path)).unwrap();
        let mut second = store.alone(&path);
        for _ in 0..3 {
            let mut context = Context::from_waker(Waker::noop());
            assert!(second.as_mut().poll(&mut context).is_pending());
        }
        // On the same thread: a wait that blocked it would never end.
        drop(first);
        assert!(wait(second).unwrap().is_some());
    }

    #[test]
    fn wait_sleeps_until_it_is_woken() {
        let mut yields = 0;
        let woken_at_once = std::future::poll_fn(|context| {
            yields += 1;
            context.waker().wake_by_ref();
            if yields == 5 {
                Poll::Ready(yields)
            } else {
                Poll::Pending
            }
        });
        assert_eq!(wait(woken_at_once), 5);

        let shared: Arc<Mutex<(bool, Option<Waker>)>> = Arc::default();
        let other = Arc::clone(&shared);
        let waker = thread::spawn(move || {
            loop {
                thread::sleep(Duration::from_millis(1));
                let mut shared = other.lock().unwrap();
                // The first poll has no real waker; only the second one's can wake.
                shared.0 = true;
                if let Some(waker) = shared.1.take() {
                    waker.wake();
                    return;
                }
            }
        });
        let mut polls = 0;
        wait(std::future::poll_fn(|context| {
            polls += 1;
            let mut shared = shared.lock().unwrap();
            if polls > 2 && shared.0 {
                return Poll::Ready(());
            }
            if polls > 1 {
                shared.1 = Some(context.waker().clone());
            }
            Poll::Pending
        }));
        waker.join().unwrap();
    }
}
