//! What is wanted of a run as a whole: that it goes on, ends, is cancelled or stops.

use core::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use crate::plan::Wanted;
use crate::state::StateType;

use super::core::Core;
use super::purse::Purse;

/// What drives a run, told that something else is wanted of it now.
pub(super) trait Driver: Send + Sync {
    /// What waits does not wait any more; under [`Wanted::Stopping`] nothing more starts.
    fn hurry(self: Arc<Self>, wanted: Wanted);

    /// The budget is spent; these nodes waited for a part of it.
    fn spent(self: Arc<Self>, waiting: &[u32]);
}

/// What is wanted of one run.
pub(crate) struct Control {
    wanted: AtomicU8,
    reason: OnceLock<String>,
    pub(super) fail_fast: bool,
    pub(super) driver: OnceLock<Weak<dyn Driver>>,
}

impl Control {
    pub(super) fn new(fail_fast: bool) -> Self {
        Self {
            wanted: AtomicU8::new(Wanted::All as u8),
            reason: OnceLock::new(),
            fail_fast,
            driver: OnceLock::new(),
        }
    }
}

impl Core {
    /// What is wanted of the run now.
    pub(crate) fn wanted(&self) -> Wanted {
        Wanted::from_u8(self.control.wanted.load(Ordering::Acquire))
    }

    /// Why, once it is not to go on.
    pub(crate) fn reason(&self) -> &str {
        self.control.reason.get().map_or("", String::as_str)
    }

    /// Wants something else of the run; a run that is to be cancelled cannot be wanted whole again.
    pub(crate) fn want(&self, wanted: Wanted, reason: impl Into<String>) {
        // The first reason counts, and stands before anybody can ask for it.
        let _ = self.control.reason.set(reason.into());
        let before = self.control.wanted.fetch_max(wanted as u8, Ordering::AcqRel);
        if before >= wanted as u8 {
            return;
        }
        if let Some(driver) = self.control.driver.get().and_then(Weak::upgrade) {
            driver.hurry(wanted);
        }
    }

    /// Whether a node that ends so ends the run.
    pub(crate) fn fails_fast(&self, kind: StateType) -> bool {
        self.control.fail_fast && matches!(kind, StateType::Failed | StateType::TimedOut)
    }

    /// Whether it was ended for the first failure.
    pub(crate) fn has_failed_fast(&self) -> bool {
        self.control.fail_fast && self.wanted() == Wanted::Ending
    }

    /// Ends the run for a node that ends so.
    pub(crate) fn fail_fast(&self, node: usize, kind: StateType) {
        let name = self.node(node).name;
        self.want(
            Wanted::Ending,
            format!("`{name}` is {kind}, and the run fails fast"),
        );
    }

    /// Ends the run for a node that has ended so in an earlier process: what was to end there with the run may not have.
    pub(crate) fn fail_fast_of_old(&self) {
        if !self.control.fail_fast {
            return;
        }
        if let Some(node) = (0..self.len()).find(|&node| self.fails_fast(self.kind(node))) {
            self.fail_fast(node, self.kind(node));
        }
    }

    /// A node uses the part of the budget that it has reserved.
    pub(crate) fn use_up(&self, node: usize) {
        if self.is_unpaid(node) {
            return;
        }
        let waiting = self.purse.as_ref().and_then(Purse::use_up);
        if let Some(waiting) = waiting
            && let Some(driver) = self.control.driver.get().and_then(Weak::upgrade)
        {
            driver.spent(&waiting);
        }
    }
}
