//! The threads that poll async bodies. They do it inside the tokio runtime of the run, so that a body finds its timers, its
//! sockets and `tokio::spawn` there; but they are none of its threads: one that a body keeps without ever yielding can be
//! given up for another, and nothing that waited behind that body is lost with it.

use core::future::{pending, poll_fn};
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use async_task::{Builder, Runnable, Task};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use crate::contained::caught;

/// A node and the number of its attempt.
pub(super) type Key = (usize, u32);

type Future = Pin<Box<dyn core::future::Future<Output = ()> + Send>>;

/// The threads of one run.
pub(super) struct Pollers {
    shared: Arc<Shared>,
    /// Lives as long as the runtime does, and the run.
    sentinel: AbortHandle,
}

struct Shared {
    tokio: Handle,
    most: usize,
    inner: Mutex<Inner>,
    /// A future has ended, or is given up.
    changed: Condvar,
}

#[derive(Default)]
struct Inner {
    queue: VecDeque<Runnable<Key>>,
    tasks: HashMap<Key, Task<(), Key>>,
    pollers: Vec<Poller>,
    /// The pollers that have nothing to poll.
    idle: BTreeMap<usize, Waker>,
    closed: bool,
    /// Whether the runtime was shut down before the run ended.
    is_gone: bool,
}

struct Poller {
    /// `None` once it is waited for.
    thread: Option<JoinHandle<()>>,
    /// What it polls.
    polls: Option<Key>,
    /// Whether it is given up: that keeps it for itself.
    lost: bool,
}

/// What a poller does next.
enum Next {
    Poll(Runnable<Key>),
    Wait,
    End,
}

impl Pollers {
    /// At most so many, and one of them now.
    ///
    /// # Errors
    ///
    /// If there can be no more threads.
    pub(super) fn new(tokio: Handle, most: usize) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            tokio,
            most: most.max(1),
            inner: Mutex::default(),
            changed: Condvar::new(),
        });
        let sentinel = Sentinel(Arc::downgrade(&shared));
        let sentinel = shared.tokio.spawn(async move {
            let _sentinel = sentinel;
            pending::<()>().await;
        });
        let pollers = Self {
            shared,
            sentinel: sentinel.abort_handle(),
        };
        pollers.shared.grow()?;
        Ok(pollers)
    }

    /// Polls a future until it has ended, unless `may_start` says that it is too late for that.
    pub(super) fn spawn(&self, key: Key, future: Future, may_start: impl FnOnce() -> bool) {
        let shared = Arc::clone(&self.shared);
        let listed = Listed {
            shared: Arc::clone(&shared),
            key,
        };
        let schedule = move |runnable| shared.schedule(runnable);
        let (runnable, task) = Builder::new().metadata(key).spawn(
            |_| async move {
                let _listed = listed;
                Contained(Some(future)).await;
            },
            schedule,
        );
        let mut inner = self.shared.lock();
        // Under the lock: whoever stops the run after it was asked finds the future in the list.
        if inner.closed || inner.is_gone || !may_start() {
            drop(inner);
            drop((runnable, task));
            return;
        }
        inner.tasks.insert(key, task);
        drop(inner);
        runnable.schedule();
    }

    /// Gives up the thread that is stuck in this future, for a new one.
    pub(super) fn lose(&self, key: Key) {
        let mut inner = self.shared.lock();
        let stuck = inner.pollers.iter().position(|poller| poller.polls == Some(key));
        let Some(stuck) = stuck else { return };
        inner.pollers[stuck].lost = true;
        drop(inner);
        if self.shared.grow().is_err() {
            let mut inner = self.shared.lock();
            // Better one that is stuck for a while than none at all.
            inner.pollers[stuck].lost = inner.serving() > 0;
        }
        self.shared.changed.notify_all();
    }

    /// Drops every future where it waits.
    pub(super) fn abort(&self) {
        self.shared.abort();
    }

    /// Whether the runtime was shut down before the run ended.
    pub(super) fn is_gone(&self) -> bool {
        self.shared.lock().is_gone
    }

    /// Waits until nothing of the run lives on here but what is stuck. What has not ended is dropped where it waits, unless it
    /// is to `finish`.
    pub(super) fn land(&self, finish: bool) {
        let mut inner = self.shared.lock();
        while finish && inner.has_more() {
            inner = self.shared.wait(inner);
        }
        drop(inner);
        self.abort();
        self.close();
        // Not locked while it waits: who is waited for looks what is next.
        let next = |from| self.shared.next_to_join(from);
        let mut from = 0;
        while let Some((place, poller)) = next(from) {
            // Nothing that it polls panics out of it.
            let _ = poller.join();
            from = place + 1;
        }
    }

    /// Lets the threads go once they have nothing to poll.
    fn close(&self) {
        let mut inner = self.shared.lock();
        inner.closed = true;
        let idle = std::mem::take(&mut inner.idle);
        drop(inner);
        self.sentinel.abort();
        idle.into_values().for_each(Waker::wake);
    }
}

impl Drop for Pollers {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn abort(&self) {
        let tasks = std::mem::take(&mut self.lock().tasks);
        drop(tasks);
    }

    fn wait<'a>(&self, inner: MutexGuard<'a, Inner>) -> MutexGuard<'a, Inner> {
        self.changed.wait(inner).unwrap_or_else(PoisonError::into_inner)
    }

    fn schedule(self: &Arc<Self>, runnable: Runnable<Key>) {
        let mut inner = self.lock();
        inner.queue.push_back(runnable);
        let idle = inner.idle.pop_first();
        drop(inner);
        match idle {
            Some((_, waker)) => waker.wake(),
            // One that cannot be started is one less.
            None => drop(self.grow()),
        }
    }

    /// Starts another thread, unless there are enough.
    fn grow(self: &Arc<Self>) -> io::Result<()> {
        let mut inner = self.lock();
        if inner.serving() >= self.most || inner.closed {
            return Ok(());
        }
        let (shared, poller) = (Arc::clone(self), inner.pollers.len());
        let thread = thread::Builder::new()
            .name("flow-async".to_owned())
            .spawn(move || shared.poll(poller))?;
        inner.pollers.push(Poller {
            thread: Some(thread),
            polls: None,
            lost: false,
        });
        Ok(())
    }

    /// The next thread that has ended and was not waited for, and its place; waits for one, but for none that is stuck.
    fn next_to_join(&self, from: usize) -> Option<(usize, JoinHandle<()>)> {
        let mut inner = self.lock();
        let mut place = from;
        loop {
            let poller = inner.pollers.get_mut(place)?;
            match &poller.thread {
                Some(thread) if thread.is_finished() => return Some((place, poller.thread.take()?)),
                Some(_) if !poller.lost => {
                    // The end of a thread wakes nobody.
                    let waited = self.changed.wait_timeout(inner, Duration::from_millis(1));
                    inner = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
                _ => place += 1,
            }
        }
    }

    fn poll(&self, poller: usize) {
        self.tokio
            .block_on(poll_fn(|context| match self.next(poller, context.waker()) {
                Next::Poll(runnable) => {
                    // What a body panics with is its node's failure; what it owns may panic as it is dropped, too.
                    let _ = caught(|| runnable.run());
                    // One future a turn: tokio gives each turn a budget, so that no future takes all the time.
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                Next::Wait => Poll::Pending,
                Next::End => Poll::Ready(()),
            }));
    }

    fn next(&self, poller: usize, waker: &Waker) -> Next {
        let mut inner = self.lock();
        inner.pollers[poller].polls = None;
        if inner.pollers[poller].lost {
            return Next::End;
        }
        inner.idle.remove(&poller);
        match inner.queue.pop_front() {
            Some(runnable) => {
                inner.pollers[poller].polls = Some(*runnable.metadata());
                Next::Poll(runnable)
            }
            None if inner.closed => Next::End,
            None => {
                inner.idle.insert(poller, waker.clone());
                Next::Wait
            }
        }
    }
}

impl Inner {
    /// How many pollers are not given up.
    fn serving(&self) -> usize {
        self.pollers.iter().filter(|poller| !poller.lost).count()
    }

    /// Whether a future has not ended that is not stuck.
    fn has_more(&self) -> bool {
        let is_stuck = |key: &Key| {
            let mut pollers = self.pollers.iter();
            pollers.any(|poller| poller.lost && poller.polls == Some(*key))
        };
        self.tasks.keys().any(|key| !is_stuck(key))
    }
}

/// Drops what is polled when the runtime is shut down in which it is: nothing there would wake it any more.
struct Sentinel(Weak<Shared>);

impl Drop for Sentinel {
    fn drop(&mut self) {
        if let Some(shared) = self.0.upgrade() {
            let mut inner = shared.lock();
            inner.is_gone = !inner.closed;
            drop(inner);
            shared.abort();
        }
    }
}

/// A future that does not panic as it is dropped: what drops it could not go on.
struct Contained(Option<Future>);

impl core::future::Future for Contained {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.0
            .as_mut()
            .map_or(Poll::Ready(()), |future| future.as_mut().poll(context))
    }
}

impl Drop for Contained {
    fn drop(&mut self) {
        let _ = caught(|| drop(self.0.take()));
    }
}

/// Takes a future off the list as it is dropped: it has ended, or never will.
struct Listed {
    shared: Arc<Shared>,
    key: Key,
}

impl Drop for Listed {
    fn drop(&mut self) {
        let task = self.shared.lock().tasks.remove(&self.key);
        if let Some(task) = task {
            task.detach();
        }
        self.shared.changed.notify_all();
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests;
