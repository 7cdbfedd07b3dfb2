//! The async bodies of one run, on tokio.

use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::task::JoinSet;

use crate::attempt::{Attempt, Begun};
use crate::plan::Wanted;
use crate::state::StateType;

use super::core::Detail;
use super::pool::Pool;
use super::settle::Settled;
use super::worker;

/// The async bodies of one run.
pub(super) struct Bodies {
    tokio: Handle,
    running: Mutex<JoinSet<()>>,
    /// Whether one of them is stuck, and keeps its thread.
    loses: AtomicBool,
}

impl Bodies {
    pub(super) fn new(tokio: Handle) -> Self {
        Self {
            tokio,
            running: Mutex::default(),
            loses: AtomicBool::new(false),
        }
    }

    fn lock(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn start(&self, driven: Driven) {
        let mut running = self.lock();
        // Under the lock: whoever abandons a run stops what was started before that, and finds all of it here.
        if driven.pool.abandoned.load(Ordering::Relaxed) {
            return;
        }
        // What has ended is forgotten as others start, so that this does not grow with the run.
        while running.try_join_next().is_some() {}
        running.spawn_on(driven.perform(), &self.tokio);
    }

    /// Drops every body where it waits.
    pub(super) fn abort(&self) {
        self.lock().abort_all();
    }

    /// One of them is stuck: nobody waits for it.
    pub(super) fn lose(&self) {
        self.loses.store(true, Ordering::Release);
    }

    /// Waits until tokio has let go of every body, so that nothing of the run lives on there; one that still runs is
    /// dropped, unless they are to `finish`.
    pub(super) async fn land(&self, finish: bool) {
        let mut running = std::mem::take(&mut *self.lock());
        if finish && !self.loses.load(Ordering::Acquire) {
            while running.join_next().await.is_some() {}
        }
        if self.loses.load(Ordering::Acquire) {
            running.abort_all();
            running.detach_all();
        }
        running.shutdown().await;
    }
}

/// A node whose body is async, from its start to its end: whatever becomes of its future, the run goes on.
pub(super) struct Driven {
    pool: Arc<Pool>,
    node: usize,
    number: u32,
    begun: Arc<Begun>,
    /// Whether it has not ended.
    open: bool,
}

impl Driven {
    pub(super) fn new(pool: Arc<Pool>, node: usize, number: u32) -> Self {
        Self {
            pool,
            node,
            number,
            begun: Arc::default(),
            open: true,
        }
    }

    async fn perform(mut self) {
        let mut attempt = Attempt::new(Arc::clone(&self.pool.core), self.node);
        attempt.turn_to(self.node, self.number);
        attempt.begun = Arc::clone(&self.begun);
        let settled = worker::perform(&mut attempt).await;
        attempt.let_go();
        drop(attempt);
        self.open = false;
        if !matches!(settled, Settled::Late) {
            self.pool.settled(self.node, settled, self.was_admitted());
        }
    }

    fn was_admitted(&self) -> bool {
        self.begun.was_admitted()
    }
}

impl Drop for Driven {
    /// Ends a node whose future is dropped before its end: not started, stopped half-way, or unwound because what its
    /// body owns panics as it is dropped.
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        let core = &self.pool.core;
        if self.begun.is_taken() {
            return;
        }
        if core.wanted() == Wanted::Stopping {
            let rest = Settled::Rest(StateType::Pending, Detail::default());
            return self.pool.settled(self.node, rest, self.was_admitted());
        }
        let message = if self.pool.abandoned.load(Ordering::Relaxed) {
            "its run was dropped"
        } else {
            "the async runtime that drove it was shut down"
        };
        let detail = Detail {
            message: message.to_owned(),
            ..Detail::default()
        };
        let cancelled = Settled::Finish(StateType::Cancelled, Some(detail));
        self.pool.settled(self.node, cancelled, self.was_admitted());
    }
}
