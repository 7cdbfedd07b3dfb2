//! Timeouts: a thread of its own that watches attempts which may not take longer. It needs no async runtime, and no worker
//! that happens to be free: all of them may be stuck.
//!
//! An attempt and the watch race for the attempt's fence. Whoever wins ends the attempt; what the other brings is void.

use core::sync::atomic::{AtomicU8, Ordering};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::core::Core;

/// How long an async body that is past its timeout may take to give way, before it counts as stuck.
const GRACE: Duration = Duration::from_secs(1);

const RUNNING: u8 = 0;
const RETURNED: u8 = 1;
const EXPIRED: u8 = 2;
const TAKEN: u8 = 3;

/// What keeps a late result out.
pub(crate) struct Fence {
    pub(super) node: usize,
    pub(super) number: u32,
    /// The worker that runs the body; `None` for an async one.
    pub(super) thread: Option<ThreadId>,
    pub(super) started: Instant,
    deadline: Instant,
    /// Which entry of the watch it has.
    entry: u64,
    watch: Weak<Shared>,
    state: AtomicU8,
    expired: Notify,
}

impl Fence {
    /// The body has returned; `false` if its time was over before, whether or not the watch has seen that.
    pub(crate) fn returned(&self) -> bool {
        match self.state.load(Ordering::Acquire) {
            RUNNING if Instant::now() < self.deadline => self.change(RUNNING, RETURNED),
            RUNNING => {
                let _ = self.change(RUNNING, EXPIRED);
                false
            }
            state => state == RETURNED,
        }
    }

    /// Waits until the time is over.
    pub(crate) async fn expired(&self) {
        loop {
            let notified = self.expired.notified();
            if matches!(self.state.load(Ordering::Acquire), EXPIRED | TAKEN) {
                return;
            }
            notified.await;
        }
    }

    /// Whether the attempt was taken from the body, which takes too long: somebody else ends it.
    pub(crate) fn is_taken(&self) -> bool {
        self.state.load(Ordering::Acquire) == TAKEN
    }

    /// The body has given way; `false` if it was taken for stuck before.
    pub(crate) fn gives_way(&self) -> bool {
        self.change(EXPIRED, RETURNED)
    }

    /// Whoever ends the attempt is not its body, which is dropped; `false` if it was taken for stuck before.
    pub(crate) fn is_dropped(&self) -> bool {
        let end = |state| (state != TAKEN).then_some(RETURNED);
        self.state
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, end)
            .is_ok()
    }

    fn key(&self) -> (Instant, u64) {
        (self.deadline, self.entry)
    }

    fn change(&self, from: u8, to: u8) -> bool {
        let changed = self
            .state
            .compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire);
        changed.is_ok()
    }
}

impl Drop for Fence {
    /// An attempt that has ended is watched no longer: most end long before their time is over.
    fn drop(&mut self) {
        if let Some(watch) = self.watch.upgrade() {
            watch.lock().entries.remove(&self.key());
        }
    }
}

/// Who takes over from a body that is stuck.
pub(super) trait Takeover: Send + Sync {
    /// The attempt behind `fence` is over, and its body still runs.
    fn take_over(self: Arc<Self>, fence: &Fence);
}

/// The watch of one run.
pub(super) struct Watch(Arc<Shared>);

struct Shared {
    inner: Mutex<Inner>,
    wake: Condvar,
    /// The thread has dealt with an attempt.
    dealt: Condvar,
}

#[derive(Default)]
struct Inner {
    /// By deadline; the number keeps entries of one moment apart.
    entries: BTreeMap<(Instant, u64), Weak<Fence>>,
    next: u64,
    /// Whether the thread deals with an attempt: it may be about to start another thread.
    deals: bool,
    closed: bool,
}

impl Watch {
    pub(super) fn new() -> Self {
        Self(Arc::new(Shared {
            inner: Mutex::default(),
            wake: Condvar::new(),
            dealt: Condvar::new(),
        }))
    }

    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// If there can be no more threads.
    pub(super) fn start<T: Takeover + 'static>(&self, takeover: &Arc<T>) -> io::Result<()> {
        let (shared, takeover) = (Arc::clone(&self.0), Arc::downgrade(takeover));
        thread::Builder::new()
            .name("flow-watch".to_owned())
            .spawn(move || shared.watch(&takeover))?;
        Ok(())
    }

    /// Watches a body that starts now on this thread, or on an async runtime. `None` where its time is over beyond all that a
    /// clock can tell.
    fn add(&self, node: usize, number: u32, asynchronous: bool, limit: Duration) -> Option<Arc<Fence>> {
        let started = Instant::now();
        let deadline = started.checked_add(limit)?;
        let mut inner = self.0.lock();
        inner.next += 1;
        let fence = Arc::new(Fence {
            node,
            number,
            thread: (!asynchronous).then(|| thread::current().id()),
            started,
            deadline,
            entry: inner.next,
            watch: Arc::downgrade(&self.0),
            state: AtomicU8::new(RUNNING),
            expired: Notify::new(),
        });
        inner.entries.insert(fence.key(), Arc::downgrade(&fence));
        let is_first = inner
            .entries
            .first_key_value()
            .is_some_and(|(key, _)| *key == fence.key());
        drop(inner);
        if is_first {
            self.0.wake.notify_one();
        }
        Some(fence)
    }

    /// Waits until the thread is not in the middle of something.
    pub(super) fn rest(&self) {
        let mut inner = self.0.lock();
        while inner.deals {
            inner = self.0.dealt.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Lets the thread go.
    pub(super) fn close(&self) {
        self.0.lock().closed = true;
        self.0.wake.notify_one();
    }
}

impl Core {
    /// Has the body of a node watched that starts now, if its time is limited: what keeps a late result out, and when that
    /// is.
    pub(crate) fn watch(&self, node: usize, attempt: u32) -> Option<(Arc<Fence>, Instant)> {
        let watch = self.watch.as_ref()?;
        let spec = self.node(node);
        let fence = watch.add(node, attempt, spec.task.asynchronous, spec.rules().timeout?)?;
        let deadline = fence.deadline;
        Some((fence, deadline))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    fn watch<T: Takeover>(&self, takeover: &Weak<T>) {
        while let Some(fence) = self.next() {
            let stuck = if fence.thread.is_some() {
                fence.change(RUNNING, TAKEN)
            } else if fence.change(RUNNING, EXPIRED) {
                fence.expired.notify_waiters();
                let later = (Instant::now() + GRACE, fence.entry);
                self.lock().entries.insert(later, Arc::downgrade(&fence));
                false
            } else {
                fence.change(EXPIRED, TAKEN)
            };
            if stuck && let Some(takeover) = takeover.upgrade() {
                takeover.take_over(&fence);
            }
        }
    }

    /// The next attempt whose time is over; waits for one. `None` once the run has ended.
    fn next(&self) -> Option<Arc<Fence>> {
        let mut inner = self.lock();
        inner.deals = false;
        self.dealt.notify_all();
        loop {
            if inner.closed {
                return None;
            }
            let Some(entry) = inner.entries.first_entry() else {
                inner = self.wake.wait(inner).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let wait = entry.key().0.saturating_duration_since(Instant::now());
            if !wait.is_zero() {
                let waited = self.wake.wait_timeout(inner, wait);
                inner = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            if let Some(fence) = entry.remove().upgrade() {
                inner.deals = true;
                return Some(fence);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
