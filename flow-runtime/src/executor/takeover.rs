//! What becomes of an attempt whose body is stuck: it has timed out, and others go on in its thread's place.

use std::sync::Arc;

use crate::attempt::Attempt;
use crate::store::wait;

use super::pool::Pool;
use super::watch::{Fence, Takeover};
use super::worker;

/// Whether a test has it take long.
#[cfg(test)]
pub(super) static SLOWLY: core::sync::atomic::AtomicBool = core::sync::atomic::AtomicBool::new(false);

impl Takeover for Pool {
    fn take_over(self: Arc<Self>, fence: &Fence) {
        let (node, number, started) = (fence.node, fence.number, fence.started);
        #[cfg(test)]
        if SLOWLY.load(core::sync::atomic::Ordering::SeqCst) {
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        let settle = move |pool: &Arc<Self>| {
            pool.guarded(|| {
                let mut attempt = Attempt::new(Arc::clone(&pool.core), node);
                attempt.turn_to(node, number);
                attempt.clock = attempt.clock.map(|_| started);
                let settled = wait(worker::time_out(&mut attempt));
                pool.settled(node, settled, true);
            });
        };
        let Some(lost) = fence.thread else {
            if self.thread(settle).is_err() {
                settle(&self);
            }
            // Only now: whoever waits for the body waits for what is in its place then.
            if let Some(pollers) = &self.pollers {
                pollers.lose((node, number));
            }
            return;
        };
        let replaced = self.thread(move |pool| {
            settle(pool);
            pool.guarded(|| pool.work_on());
        });
        // Only now: while nobody is in its place, it is waited for.
        self.lose(lost);
        if replaced.is_err() {
            self.dismiss();
            settle(&self);
        }
    }
}
