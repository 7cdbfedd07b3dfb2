//! The nodes that are ready, those that are ready at a time, and the workers that wait for one.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::PoisonError;
use std::time::Duration;

use super::due::Due;
use super::sync::{Condvar, Mutex, MutexGuard};

/// How long a worker waits at most before it looks at the clock again: clocks are set, machines sleep.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// A closable first-in-first-out queue of nodes. In lines of the processor's cache of its own: whoever takes a node from it takes
/// from nobody what stands beside it.
#[repr(align(128))]
pub(crate) struct Queue {
    inner: Mutex<Inner>,
    wake: Condvar,
}

/// A node taken from the queue.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Popped {
    pub(crate) node: u32,
    /// Whether others wait for their time, and nobody with them.
    pub(crate) leaves_times: bool,
}

struct Inner {
    ready: VecDeque<u32>,
    /// Nodes that wait for their next attempt, the earliest first.
    later: BinaryHeap<Reverse<(Due, u32)>>,
    idle: usize,
    closed: bool,
    abandoned: bool,
}

impl Queue {
    pub(crate) fn new() -> Self {
        Self {
            inner: Mutex::new(Inner {
                ready: VecDeque::new(),
                later: BinaryHeap::new(),
                idle: 0,
                closed: false,
                abandoned: false,
            }),
            wake: Condvar::new(),
        }
    }

    /// Adds nodes; answers how many of them found no idle worker.
    pub(crate) fn push(&self, nodes: &[u32]) -> usize {
        let mut inner = self.lock();
        if inner.abandoned {
            return 0;
        }
        inner.ready.extend(nodes);
        let woken = inner.idle.min(nodes.len());
        let waiting = inner.ready.len().saturating_sub(inner.idle);
        drop(inner);
        for _ in 0..woken {
            self.wake.notify_one();
        }
        waiting
    }

    /// Adds a node that is ready at a time. No worker sleeps for it: the next that is idle then takes it. `false` if none is
    /// idle now.
    pub(crate) fn push_at(&self, node: u32, due: Due) -> bool {
        let mut inner = self.lock();
        if inner.abandoned {
            return true;
        }
        inner.later.push(Reverse((due, node)));
        let is_watched = inner.idle > 0;
        drop(inner);
        self.wake.notify_one();
        is_watched
    }

    /// Makes everything ready now: the run ends, and what waits is to be told.
    pub(crate) fn hurry(&self) {
        let mut inner = self.lock();
        let later = std::mem::take(&mut inner.later);
        inner
            .ready
            .extend(later.into_iter().map(|Reverse((_, node))| node));
        drop(inner);
        self.wake.notify_all();
    }

    /// The next node; waits for one. `None` once the queue is closed and empty.
    pub(crate) fn pop(&self) -> Option<Popped> {
        let mut inner = self.lock();
        loop {
            let due = inner.due();
            if let Some(node) = inner.ready.pop_front() {
                let leaves_times = inner.idle == 0 && !inner.later.is_empty();
                return Some(Popped { node, leaves_times });
            }
            if inner.closed {
                return None;
            }
            inner.idle += 1;
            inner = match due {
                None => self.wake.wait(inner).unwrap_or_else(PoisonError::into_inner),
                Some(wait) => {
                    let waited = self.wake.wait_timeout(inner, wait.min(LOOK_AGAIN));
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
            inner.idle -= 1;
        }
    }

    /// Lets every worker go once the queue is empty.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_all();
    }

    /// Forgets what is ready, takes nothing more, and lets every worker go.
    pub(crate) fn abandon(&self) {
        let mut inner = self.lock();
        inner.ready.clear();
        inner.later.clear();
        inner.abandoned = true;
        drop(inner);
        self.close();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Makes ready what is due; how long it is to the next that is not.
    fn due(&mut self) -> Option<Duration> {
        while let Some(Reverse((due, node))) = self.later.peek().copied() {
            let left = due.left();
            if !left.is_zero() {
                // Never next to nothing: a worker would spin until the clock has moved.
                return Some(left.max(Duration::from_millis(1)));
            }
            self.later.pop();
            self.ready.push_back(node);
        }
        None
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::Queue;
    use crate::executor::due::Due;
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn what_is_ready_later_comes_in_the_order_of_its_time() {
        let queue = Queue::new();
        let now = Timestamp::now();
        queue.push_at(1, Due::at(now + SignedDuration::from_millis(40)));
        queue.push_at(2, Due::at(now + SignedDuration::from_millis(20)));
        queue.push_at(3, Due::at(now - SignedDuration::from_secs(1)));
        queue.push(&[4]);
        assert_eq!([4, 3].map(|_| queue.pop().expect("ready").node), [4, 3]);
        assert_eq!(queue.pop().map(|popped| popped.node), Some(2));
        assert!(Timestamp::now() >= now + SignedDuration::from_millis(20));
        assert_eq!(queue.pop().map(|popped| popped.node), Some(1));
        assert!(Timestamp::now() >= now + SignedDuration::from_millis(40));
    }

    #[test]
    fn who_hurries_waits_for_nothing() {
        let queue = Queue::new();
        queue.push_at(1, Due::at(Timestamp::MAX));
        queue.hurry();
        assert_eq!(queue.pop().map(|popped| popped.node), Some(1));
        queue.close();
        assert_eq!(queue.pop(), None);
    }
}
