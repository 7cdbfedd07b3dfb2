//! The end of a process whose bodies do not end: what is written down and said then. It waits for nothing for long, for what a
//! stuck body holds, such as the lock of standard error, is never let go.

use core::fmt::Write as _;
use core::time::Duration;
use std::sync::mpsc;
use std::thread;

use super::super::advice::Advice;
use super::super::terminal::{Stream, printable};
use crate::handle::{Left, Switch};
use crate::registry::WayOn;

/// How long a disk or a reader of standard error is waited for.
const MOMENT: Duration = Duration::from_secs(2);

/// What can still be done for runs that are to stop or to be left.
#[derive(Clone)]
pub(super) struct Farewell {
    switch: Switch,
    advice: Advice,
    to: Stream,
}

impl Farewell {
    /// `to` must not wait for what a body may hold.
    pub(super) fn new(switch: Switch, advice: Advice, to: Stream) -> Self {
        Self { switch, advice, to }
    }

    pub(super) fn stop(&self, reason: &str) {
        self.switch.stop(reason);
    }

    pub(super) fn say(&self, text: &str) {
        self.to.say(text);
    }

    /// Ends the process, whatever runs, and says why and what is left.
    pub(super) fn end(&self, code: i32, why: &str) -> ! {
        let left = self.switch.left();
        let switch = self.switch.clone();
        // What runs is pending again: it is the person who ends it, not what it did.
        let is_written = within_a_moment(move || switch.halt()).unwrap_or(false);
        let text = last_words(why, &left, is_written, &self.advice);
        let to = self.to.clone();
        within_a_moment(move || to.say(&text));
        std::process::exit(code)
    }
}

/// What is said as the process ends.
fn last_words(why: &str, left: &[Left], is_written: bool, advice: &Advice) -> String {
    let running: Vec<&str> = left.iter().flat_map(|run| run.running.iter().copied()).collect();
    let mut text = if running.is_empty() {
        format!("{why}; no body was running")
    } else {
        // Of a run that is not recorded nobody will know that it was there.
        let is_recorded = left.iter().any(|run| run.is_recorded);
        let fate = if is_recorded { "pending again" } else { "lost" };
        format!("{why}, and {fate}: {}", running.join(", "))
    };
    if !is_written && !running.is_empty() {
        text.push_str("\nnote: that could not be written down: to the run its process has died");
    }
    for run in left {
        let _ = write!(
            text,
            "\n{}: {} of {} nodes have finished (run {})",
            run.flow, run.finished, run.nodes, run.id
        );
        let way = if run.is_recorded {
            WayOn::Resume
        } else {
            WayOn::Again
        };
        if let Some(advice) = advice.on(run.id.as_str(), way) {
            text.push_str("\n\n");
            text.push_str(&advice);
        }
    }
    printable(&text).into_owned()
}

/// What `job` returns, unless it takes too long.
fn within_a_moment<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, end) = mpsc::channel();
    // Where there can be no more threads there is nothing that could be left waiting.
    thread::Builder::new().spawn(move || done.send(job())).ok()?;
    end.recv_timeout(MOMENT).ok()
}

#[cfg(test)]
mod tests {
    use super::{Advice, Left, last_words, within_a_moment};
    use crate::run_id::RunId;

    #[test]
    fn last_words_say_what_is_left_and_what_is_not_written_down() {
        let id = RunId::now(jiff::Timestamp::UNIX_EPOCH);
        let left = |running: &[&'static str]| {
            [Left {
                flow: "nightly",
                id: id.clone(),
                is_recorded: true,
                nodes: 5,
                finished: 2,
                running: running.to_vec(),
            }]
        };
        let advice = Advice::default();
        let rest = format!("\nnightly: 2 of 5 nodes have finished (run {id})\n\nto go on: resume {id}");
        for (running, is_written, first) in [
            (
                &["a", "b"][..],
                true,
                "SIGINT again: ended at once, and pending again: a, b",
            ),
            (&[], false, "SIGINT again: ended at once; no body was running"),
            (
                &["a"],
                false,
                "SIGINT again: ended at once, and pending again: a\n\
                 note: that could not be written down: to the run its process has died",
            ),
        ] {
            let said = last_words("SIGINT again: ended at once", &left(running), is_written, &advice);
            assert_eq!(said, format!("{first}{rest}"));
        }
        let mut unrecorded = left(&["a"]);
        unrecorded[0].is_recorded = false;
        let said = last_words("not finished in 10 s", &unrecorded, true, &advice);
        assert!(said.starts_with("not finished in 10 s, and lost: a\n"), "{said}");
        assert!(said.ends_with("(a new run: this one is not recorded)"), "{said}");
        // Before the run was made there is none.
        let said = last_words("SIGINT again: ended at once", &[], true, &advice);
        assert_eq!(said, "SIGINT again: ended at once; no body was running");
    }

    #[test]
    fn what_does_not_end_is_not_waited_for() {
        assert_eq!(within_a_moment(|| 1), Some(1));
        let never = || loop {
            std::thread::park();
        };
        assert_eq!(within_a_moment::<()>(never), None);
    }
}
