//! What a signal does while no run is driven: what it did before the first was. A handler that is once installed is there for
//! good (to take it away takes `unsafe`); so ours does then what the system would have done.
//!
//! A program that handles these signals itself, or was started with them ignored, is left alone. It is found out once, before
//! our first handler, so a handler of the program's own has to be older than that.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Who listens in this process.
struct Listeners {
    count: Mutex<usize>,
    /// Whether nobody does, as a handler can ask it.
    idle: Arc<AtomicBool>,
}

/// One who listens, until it is dropped.
pub(super) struct Listening(&'static Listeners);

impl Listening {
    pub(super) fn begin() -> Self {
        static LISTENERS: OnceLock<Listeners> = OnceLock::new();
        let listeners = LISTENERS.get_or_init(Listeners::new);
        listeners.change(|count| count + 1);
        Self(listeners)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.change(|count| count - 1);
    }
}

impl Listeners {
    fn new() -> Self {
        let idle = Arc::new(AtomicBool::new(false));
        // Where the system does not say it, the program is one of the many that leave signals to it.
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        for signal in [SIGINT, SIGTERM] {
            if is_left_to_the_system(&status, signal) {
                // Without it a signal does nothing between two runs; the next one hears it.
                let _ = flag::register_conditional_default(signal, Arc::clone(&idle));
            }
        }
        Self {
            count: Mutex::new(0),
            idle,
        }
    }

    fn change(&self, change: impl FnOnce(usize) -> usize) {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        *count = change(*count);
        self.idle.store(*count == 0, Ordering::SeqCst);
    }
}

/// Whether a process of this status neither catches nor ignores a signal.
fn is_left_to_the_system(status: &str, signal: i32) -> bool {
    let holds = |line: &str| {
        let mask = line
            .strip_prefix("SigIgn:")
            .or_else(|| line.strip_prefix("SigCgt:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
    };
    !status.lines().any(holds)
}

#[cfg(test)]
mod tests {
    use super::{SIGINT, SIGTERM, is_left_to_the_system};

    #[test]
    fn a_signal_that_the_program_catches_or_ignores_is_its_own() {
        let status = |ignored: &str, caught: &str| {
            format!(
                "Name:\tmine\nSigBlk:\tffffffffffffffff\nSigIgn:\t{ignored}\nSigCgt:\t{caught}\nNoNewPrivs:\t0\n"
            )
        };
        for (ignored, caught, int, term) in [
            // SIGPIPE, as every Rust program; SIGSEGV and SIGBUS.
            ("0000000000001000", "0000000000000440", true, true),
            ("0000000000001002", "0000000000000440", false, true),
            ("0000000000001000", "0000000000004440", true, false),
            ("0000000000004000", "0000000000000002", false, false),
        ] {
            let status = status(ignored, caught);
            let found = [SIGINT, SIGTERM].map(|signal| is_left_to_the_system(&status, signal));
            assert_eq!(found, [int, term], "{status}");
        }
        assert!(is_left_to_the_system("", SIGINT));
    }
}
