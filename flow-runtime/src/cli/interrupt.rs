//! SIGINT and SIGTERM: the first lets what runs finish, the second ends the process at once.

use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

use super::terminal::Stream;
use crate::handle::Switch;

/// How long what runs may go on after the first signal.
const GRACE: Duration = Duration::from_secs(10);

/// What a shell makes of a signal: 128 and its number.
const BASE: i32 = 128;

/// Listens while a command runs.
pub(super) struct Interrupt {
    signals: Handle,
    thread: thread::JoinHandle<Option<i32>>,
}

impl Interrupt {
    /// Stops what `switch` stops when a signal comes; `None` where the system takes no handlers.
    pub(super) fn listen(switch: Switch, to: Stream) -> Option<Self> {
        let mut signals = Signals::new([SIGINT, SIGTERM]).ok()?;
        let handle = signals.handle();
        let thread = thread::Builder::new().name("flow-signals".to_owned()).spawn(move || {
            let mut first = None;
            for signal in signals.forever() {
                let name = if signal == SIGINT { "SIGINT" } else { "SIGTERM" };
                if first.replace(signal).is_some() {
                    // What runs is pending again: it is the person who ends it, not what it did.
                    switch.halt();
                    to.say(&format!("{name} again: ended at once"));
                    std::process::exit(BASE + signal);
                }
                switch.stop(name);
                to.say(&format!(
                    "{name}: nothing more starts; what runs has {} s to finish, a second signal ends it at once",
                    GRACE.as_secs()
                ));
                let (switch, to) = (switch.clone(), to.clone());
                // Without this thread the second signal still ends the process.
                let _ = thread::Builder::new().spawn(move || {
                    thread::sleep(GRACE);
                    switch.halt();
                    to.say(&format!(
                        "not finished in {} s, and pending again: {}",
                        GRACE.as_secs(),
                        switch.running().join(", ")
                    ));
                    std::process::exit(BASE + signal);
                });
            }
            first
        });
        Some(Self {
            signals: handle,
            thread: thread.ok()?,
        })
    }

    /// Listens no more; the exit code of the signal that came, if one did.
    pub(super) fn end(self) -> Option<u8> {
        self.signals.close();
        let signal = self.thread.join().ok()??;
        u8::try_from(BASE + signal).ok()
    }
}
