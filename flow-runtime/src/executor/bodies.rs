//! The async bodies of one run: each from its start to its end, whatever becomes of its future.

use core::sync::atomic::Ordering;
use std::sync::Arc;

use crate::attempt::{Attempt, Begun};
use crate::plan::Wanted;
use crate::state::StateType;

use super::core::Detail;
use super::pollers::Pollers;
use super::pool::Pool;
use super::settle::Settled;
use super::worker;

/// Starts an async body.
pub(super) fn start(pollers: &Pollers, pool: &Arc<Pool>, node: usize, number: u32) {
    // Made here and not at the first poll, which may never come: however it is dropped, its node ends.
    let driven = Driven {
        pool: Arc::clone(pool),
        node,
        number,
        begun: Arc::default(),
        open: true,
    };
    let may_start = || !pool.abandoned.load(Ordering::Relaxed);
    pollers.spawn((node, number), Box::pin(driven.perform()), may_start);
}

/// A node whose body is async, from its start to its end: whatever becomes of its future, the run goes on.
struct Driven {
    pool: Arc<Pool>,
    node: usize,
    number: u32,
    begun: Arc<Begun>,
    /// Whether it has not ended.
    open: bool,
}

impl Driven {
    async fn perform(mut self) {
        let mut attempt = Attempt::new(Arc::clone(&self.pool.core), self.node);
        attempt.turn_to(self.node, self.number);
        attempt.context.begun = Arc::clone(&self.begun);
        let settled = worker::perform(&mut attempt).await;
        attempt.let_go();
        drop(attempt);
        self.open = false;
        if !matches!(settled, Settled::Late) {
            self.pool.settled(self.node, settled, self.begun.was_admitted());
        }
    }
}

impl Drop for Driven {
    /// Ends a node whose future is dropped before its end: not started, stopped half-way, or unwound because what its
    /// body owns panics as it is dropped.
    fn drop(&mut self) {
        if !self.open || !self.begun.is_dropped() {
            return;
        }
        let settled = if self.pool.core.wanted() == Wanted::Stopping {
            Settled::Rest(StateType::Pending, Detail::default())
        } else {
            let is_gone = self.pool.pollers.as_ref().is_some_and(Pollers::is_gone);
            let why = if is_gone {
                "the async runtime that drove it was shut down"
            } else {
                "its run was dropped"
            };
            let detail = Detail {
                message: why.to_owned(),
                ..Detail::default()
            };
            Settled::Finish(StateType::Cancelled, Some(detail))
        };
        self.pool.settled(self.node, settled, self.begun.was_admitted());
    }
}
