//! The nodes that are ready, and the workers that wait for one.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A closable first-in-first-out queue of nodes.
pub(crate) struct Queue {
    inner: Mutex<Inner>,
    wake: Condvar,
}

struct Inner {
    ready: VecDeque<u32>,
    idle: usize,
    closed: bool,
    abandoned: bool,
}

impl Queue {
    pub(crate) fn new() -> Self {
        Self {
            inner: Mutex::new(Inner {
                ready: VecDeque::new(),
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

    /// The next node; waits for one. `None` once the queue is closed and empty.
    pub(crate) fn pop(&self) -> Option<u32> {
        let mut inner = self.lock();
        loop {
            if let Some(node) = inner.ready.pop_front() {
                return Some(node);
            }
            if inner.closed {
                return None;
            }
            inner.idle += 1;
            inner = self.wake.wait(inner).unwrap_or_else(PoisonError::into_inner);
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
        inner.abandoned = true;
        drop(inner);
        self.close();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
