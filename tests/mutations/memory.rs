//! How much memory is taken: every allocation of this binary is counted.

use std::sync::{Mutex, MutexGuard, PoisonError};

use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// The counts are of the whole process: one test counts at a time.
static ONE: Mutex<()> = Mutex::new(());

/// Held by the test that counts.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The most bytes that were allocated at a time while `what` ran, beyond those that were before.
pub(crate) fn most<T>(what: impl FnOnce() -> T) -> (T, usize) {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let value = what();
    (value, ALLOCATOR.peak_usage().saturating_sub(before))
}
