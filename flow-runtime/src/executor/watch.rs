//! Timeouts: a thread of its own that watches attempts which may not take longer. It needs no async runtime, and no worker
//! that happens to be free: all of them may be stuck.
//!
//! An attempt and the watch race for the attempt's fence. Whoever wins ends the attempt; what the other brings is void.

use core::sync::atomic::{AtomicU8, Ordering};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
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
    state: AtomicU8,
    expired: Notify,
}

impl Fence {
    pub(super) fn new(node: usize, number: u32, asynchronous: bool) -> Arc<Self> {
        Arc::new(Self {
            node,
            number,
            thread: (!asynchronous).then(|| thread::current().id()),
            state: AtomicU8::new(RUNNING),
            expired: Notify::new(),
        })
    }

    /// The body has returned; `false` if its time was over before.
    pub(crate) fn returned(&self) -> bool {
        self.change(RUNNING, RETURNED) || self.state.load(Ordering::Acquire) == RETURNED
    }

    /// Waits until the time is over.
    pub(crate) async fn expired(&self) {
        loop {
            let notified = self.expired.notified();
            if self.state.load(Ordering::Acquire) == EXPIRED {
                return;
            }
            notified.await;
        }
    }

    /// Whether the attempt was taken from the body: somebody else ends it.
    pub(crate) fn is_taken(&self) -> bool {
        self.state.load(Ordering::Acquire) == TAKEN
    }

    /// The body has given way; `false` if it was taken for stuck before.
    pub(crate) fn gives_way(&self) -> bool {
        self.change(EXPIRED, RETURNED)
    }

    fn change(&self, from: u8, to: u8) -> bool {
        let changed = self
            .state
            .compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire);
        changed.is_ok()
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
}

#[derive(Default)]
struct Inner {
    /// By deadline; the number keeps entries of one moment apart.
    entries: BinaryHeap<Reverse<(Instant, u64)>>,
    fences: std::collections::HashMap<u64, Weak<Fence>>,
    next: u64,
    closed: bool,
}

impl Watch {
    pub(super) fn new() -> Self {
        Self(Arc::new(Shared {
            inner: Mutex::default(),
            wake: Condvar::new(),
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

    /// Watches an attempt until `deadline`.
    pub(super) fn add(&self, fence: &Arc<Fence>, deadline: Instant) {
        self.0.lock().add(fence, deadline);
        self.0.wake.notify_one();
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
        let spec = &self.spec.nodes[node];
        let deadline = Instant::now().checked_add(spec.rules().timeout?)?;
        let fence = Fence::new(node, attempt, spec.task.asynchronous);
        watch.add(&fence, deadline);
        Some((fence, deadline))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.close();
    }
}

impl Inner {
    fn add(&mut self, fence: &Arc<Fence>, at: Instant) {
        self.next += 1;
        self.entries.push(Reverse((at, self.next)));
        self.fences.insert(self.next, Arc::downgrade(fence));
    }
}

impl Shared {
    fn watch<T: Takeover>(&self, takeover: &Weak<T>) {
        while let Some(fence) = self.next() {
            let stuck = if fence.thread.is_some() {
                fence.change(RUNNING, TAKEN)
            } else if fence.change(RUNNING, EXPIRED) {
                fence.expired.notify_waiters();
                self.lock().add(&fence, Instant::now() + GRACE);
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
        loop {
            if inner.closed {
                return None;
            }
            let Some(Reverse((at, number))) = inner.entries.peek().copied() else {
                inner = self.wake.wait(inner).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            // Those that have returned in time are forgotten as their time comes.
            let wait = at.saturating_duration_since(Instant::now());
            if !wait.is_zero() {
                let waited = self.wake.wait_timeout(inner, wait);
                inner = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            inner.entries.pop();
            if let Some(fence) = inner.fences.remove(&number).and_then(|fence| fence.upgrade()) {
                return Some(fence);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
