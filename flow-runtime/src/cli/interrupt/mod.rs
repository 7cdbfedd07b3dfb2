//! SIGINT and SIGTERM while a command drives a run: the first lets what runs finish, the second ends the process at once, and
//! so does the end of the grace. When the run has ended, signals do again what they did before.

mod farewell;
mod idle;

use core::convert::Infallible;
use core::time::Duration;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

use super::advice::Advice;
use super::terminal::Stream;
use crate::handle::Switch;
use farewell::Farewell;
use idle::Listening;

/// How long what runs may go on after the first signal.
const GRACE: Duration = Duration::from_secs(10);

/// What a shell makes of a signal: 128 and its number.
const BASE: i32 = 128;

/// Listens while a run is driven; no more when it is dropped.
pub(super) struct Interrupt {
    signals: Handle,
    thread: Option<thread::JoinHandle<Option<i32>>>,
    // The last to go: signals are the program's when nobody here hears them.
    _listening: Listening,
}

impl Interrupt {
    /// Stops what `switch` stops when a signal comes; `None` where the system takes no handlers.
    pub(super) fn listen(switch: Switch, advice: Advice, to: Stream) -> Option<Self> {
        let listening = Listening::begin();
        let signals = Signals::new([SIGINT, SIGTERM]).ok()?;
        let handle = signals.handle();
        let farewell = Farewell::new(switch, advice, to);
        let thread = thread::Builder::new().name("flow-signals".to_owned());
        Some(Self {
            signals: handle,
            thread: Some(thread.spawn(move || hear(signals, &farewell)).ok()?),
            _listening: listening,
        })
    }

    /// Listens no more; the exit code of the signal that came, if one did.
    pub(super) fn end(mut self) -> Option<u8> {
        let signal = self.close()?;
        u8::try_from(BASE + signal).ok()
    }

    fn close(&mut self) -> Option<i32> {
        self.signals.close();
        self.thread.take()?.join().ok()?
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.close();
    }
}

/// Hears signals until nobody listens any more; the first that came.
fn hear(mut signals: Signals, farewell: &Farewell) -> Option<i32> {
    let mut first: Option<(i32, Option<Grace>)> = None;
    for signal in signals.forever() {
        let name = if signal == SIGINT { "SIGINT" } else { "SIGTERM" };
        if first.is_some() {
            farewell.end(BASE + signal, &format!("{name} again: ended at once"));
        }
        // It begins before anything that may have to wait: without this thread it still ends the process.
        first = Some((signal, Grace::begin(signal, farewell)));
        farewell.stop(name);
        farewell.say(&format!(
            "{name}: nothing more starts; what runs has {} s to finish, a second signal ends it at once",
            GRACE.as_secs()
        ));
    }
    let (signal, grace) = first?;
    if let Some(grace) = grace {
        grace.call_off();
    }
    Some(signal)
}

/// The time that is left to what runs, and the end of the process behind it.
struct Grace {
    /// Nothing is ever sent: when it is gone, the run has ended.
    run: mpsc::Sender<Infallible>,
    thread: thread::JoinHandle<()>,
}

impl Grace {
    fn begin(signal: i32, farewell: &Farewell) -> Option<Self> {
        let (run, end) = mpsc::channel::<Infallible>();
        let farewell = farewell.clone();
        let thread = thread::Builder::new().name("flow-grace".to_owned());
        let thread = thread.spawn(move || {
            if end.recv_timeout(GRACE) == Err(RecvTimeoutError::Timeout) {
                farewell.end(BASE + signal, &format!("not finished in {} s", GRACE.as_secs()));
            }
        });
        Some(Self {
            run,
            thread: thread.ok()?,
        })
    }

    /// The run has ended in its time. Where the time ended first, so does the process, here.
    fn call_off(self) {
        drop(self.run);
        let _ = self.thread.join();
    }
}
