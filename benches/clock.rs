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

/// The CPU time of the processes that this one has waited for; in steps of a hundredth of a second, on Linux.
///
/// # Panics
///
/// Where `/proc` does not tell.
pub fn children() -> Duration {
    const TICKS_A_SECOND: u64 = 100;
    let stat = std::fs::read_to_string("/proc/self/stat").expect("this is Linux");
    // The name of the program, in parentheses, may hold anything; `cutime` and `cstime` are fields 16 and 17.
    let (_, fields) = stat.rsplit_once(')').expect("the name is in parentheses");
    let ticks = fields.split_whitespace().skip(13).take(2);
    let ticks: u64 = ticks
        .map(|field| field.parse::<u64>().expect("a number of ticks"))
        .sum();
    Duration::from_millis(ticks * 1_000 / TICKS_A_SECOND)
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
