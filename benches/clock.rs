//! What is measured: CPU time of this process, all threads together. Wall-clock time says little on a shared machine.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The CPU time that this process has used.
///
/// # Panics
///
/// If the clock has stepped out of a `Duration`'s range.
pub fn cpu() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).expect("CPU time is not negative")
}

/// The middle of the numbers.
///
/// # Panics
///
/// Without any.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
