//! Case after case, each of which has to end in time. No rule of flow lives here.

use std::panic;
use std::sync::{Once, mpsc};
use std::thread;
use std::time::Duration;

/// How every panic of a body begins: the others are not expected.
pub(crate) const PANIC: &str = "expected: ";

/// No case takes a second; one that takes so long does not end.
const PATIENCE: Duration = Duration::from_mins(1);

/// The seed of a case that is to be seen again: `FLOW_SEED`.
pub(crate) fn wanted_seed() -> Option<u64> {
    let seed = std::env::var("FLOW_SEED").ok()?;
    Some(seed.parse().expect("FLOW_SEED is a number"))
}

/// The seeds of that many cases; of the wanted one alone, many times, if there is one.
pub(crate) fn seeds(cases: u64) -> Vec<u64> {
    wanted_seed().map_or_else(|| (0..cases).collect(), |seed| vec![seed; 1_000])
}

/// Calls `case` with each seed, on a thread that may hang.
pub(crate) fn each_in_time(
    seeds: Vec<u64>,
    mut case: impl FnMut(u64) -> Result<(), String> + Send + 'static,
) {
    expect_panics();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for seed in seeds {
            let outcome = panic::catch_unwind(panic::AssertUnwindSafe(|| case(seed)))
                .unwrap_or_else(|_| Err("the engine panicked; see above".to_owned()));
            if sender.send((seed, outcome)).is_err() {
                return;
            }
        }
    });
    let mut last = None;
    loop {
        match receiver.recv_timeout(PATIENCE) {
            Ok((seed, outcome)) => {
                if let Err(difference) = outcome {
                    panic!("FLOW_SEED={seed}: {difference}");
                }
                last = Some(seed);
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => return,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                let next = wanted_seed().unwrap_or_else(|| last.map_or(0, |last| last + 1));
                panic!("FLOW_SEED={next}: the run does not end");
            }
        }
    }
}

/// Keeps the panics of the bodies off the screen, and no others.
fn expect_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let message = panic.payload_as_str().unwrap_or_default();
            if !message.starts_with(PANIC) {
                report(panic);
            }
        }));
    });
}
