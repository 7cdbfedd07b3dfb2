//! What is seen of a run while it goes on: by its bodies, by a reader, by a last hook. What none of them may ever see
//! is noted.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, OnceLock};

use flow_runtime::__private::FlowSpec;
use flow_runtime::event::Event;
use flow_runtime::{Context, NodeInfo, State};
use jiff::Timestamp;

use super::fate::Change;
use super::hook::number_of;
use super::script::{Pace, Script};

pub(crate) struct Observed {
    pub(crate) script: Script,
    pub(crate) spec: &'static FlowSpec,
    nodes: Vec<Seen>,
    /// How many bodies with the tags `t` and `u` run now.
    tagged: [AtomicUsize; 2],
    /// Called where something has just happened: a body has started, or is about to return.
    pub(crate) moments: OnceLock<Box<dyn Fn(Moment) + Send + Sync>>,
    /// The nodes whose end a reader was told of, as bits.
    pub(crate) told_ended: AtomicU64,
    pub(crate) violations: Mutex<Vec<String>>,
    is_over: (Mutex<bool>, Condvar),
}

/// Something that has just happened.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Moment {
    /// This attempt of a node has come to its body.
    Begun(usize, u32),
    /// A body is about to return.
    Done,
}

#[derive(Default)]
struct Seen {
    calls: AtomicU32,
    /// The number of the last attempt.
    attempt: AtomicU32,
    /// The numbers of all, in their order, and when their bodies started.
    attempts: Mutex<Vec<(u32, Timestamp)>>,
    left: Mutex<Left>,
    is_running: AtomicBool,
    /// The nodes that wait for this one, directly or through others, as bits.
    descendants: u64,
    changes: Mutex<Vec<Change>>,
}

/// What a body has left to the next attempt of its node: the number of its own.
#[derive(Debug, Clone, Copy, Default)]
struct Left {
    now: Option<u32>,
    /// What the attempt that runs now, or ran last, has found.
    before: Option<u32>,
}

impl Observed {
    pub(crate) fn new(script: Script, spec: &'static FlowSpec) -> Self {
        let ancestors = script.ancestors();
        let descendants = |node: usize| {
            let waiting = (0..ancestors.len()).filter(|other| ancestors[*other] & 1 << node != 0);
            waiting.fold(0, |all, other| all | 1 << other)
        };
        let nodes = (0..ancestors.len())
            .map(|node| Seen {
                descendants: descendants(node),
                ..Seen::default()
            })
            .collect();
        Self {
            script,
            spec,
            nodes,
            tagged: [AtomicUsize::new(0), AtomicUsize::new(0)],
            moments: OnceLock::new(),
            told_ended: AtomicU64::new(0),
            violations: Mutex::default(),
            is_over: (Mutex::new(false), Condvar::new()),
        }
    }

    pub(crate) fn calls(&self, node: usize) -> u32 {
        self.nodes[node].calls.load(Ordering::SeqCst)
    }

    /// How often any body was called whose result is kept.
    pub(crate) fn all_calls(&self) -> u32 {
        let kept = (0..self.nodes.len()).filter(|node| !self.script.is_passing(*node));
        kept.map(|node| self.calls(node)).sum()
    }

    /// Forgets that a node was attempted anew, as often as it was, if it was attempted as it had been.
    ///
    /// # Errors
    ///
    /// If it was attempted otherwise.
    pub(crate) fn forget_repeats(&self, node: usize, once: &[u32]) -> Result<(), String> {
        let seen = &self.nodes[node];
        let mut attempts = seen.attempts.lock().unwrap();
        let numbers: Vec<u32> = attempts.iter().map(|(number, _)| *number).collect();
        let is_repeated = numbers.chunks(once.len().max(1)).all(|chunk| chunk == once);
        if !is_repeated || numbers.is_empty() != once.is_empty() {
            return Err(format!(
                "n{node} was made again by the attempts {numbers:?}, each time it should be {once:?}"
            ));
        }
        attempts.truncate(once.len());
        seen.calls
            .store(u32::try_from(once.len()).expect("few"), Ordering::SeqCst);
        Ok(())
    }

    /// What has been seen so far, by itself.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::new(self.script.clone(), self.spec);
        for (seen, of) in copy.nodes.iter().zip(&self.nodes) {
            for (seen, of) in [(&seen.calls, &of.calls), (&seen.attempt, &of.attempt)] {
                seen.store(of.load(Ordering::SeqCst), Ordering::SeqCst);
            }
            seen.attempts
                .lock()
                .unwrap()
                .clone_from(&of.attempts.lock().unwrap());
            seen.changes
                .lock()
                .unwrap()
                .clone_from(&of.changes.lock().unwrap());
            *seen.left.lock().unwrap() = *of.left.lock().unwrap();
        }
        copy.violations
            .lock()
            .unwrap()
            .clone_from(&self.violations.lock().unwrap());
        copy
    }

    /// What the last attempt of a node has left went with its process.
    pub(crate) fn forgets(&self, node: usize) {
        let mut left = self.nodes[node].left.lock().unwrap();
        left.now = left.before;
    }

    /// The numbers of the attempts that came to a body.
    pub(crate) fn attempts(&self, node: usize) -> Vec<u32> {
        let attempts = self.nodes[node].attempts.lock().unwrap();
        attempts.iter().map(|(number, _)| *number).collect()
    }

    /// When the first body of a node started that did not before `since`.
    pub(crate) fn started(&self, node: usize, since: Timestamp) -> Option<Timestamp> {
        let attempts = self.nodes[node].attempts.lock().unwrap();
        let mut started = attempts.iter().map(|(_, at)| *at);
        started.find(|at| *at >= since)
    }

    /// What the last hook was asked about a node.
    pub(crate) fn changes(&self, node: usize) -> Vec<Change> {
        self.nodes[node].changes.lock().unwrap().clone()
    }

    pub(crate) fn violation(&self, what: String) {
        self.violations.lock().unwrap().push(what);
    }

    /// The start of a body; its end is that of what it gives.
    pub(crate) fn enter(&self, node: usize, attempt: u32) -> Inside<'_> {
        let (seen, of) = (&self.nodes[node], &self.script.nodes[node]);
        seen.calls.fetch_add(1, Ordering::SeqCst);
        seen.attempts.lock().unwrap().push((attempt, Timestamp::now()));
        let inside = Inside { observed: self, node };
        if of.pace == Pace::TimesOut {
            // Nobody waits for it: it may start, and go on, when its attempt is long over.
            return inside;
        }
        if seen.is_running.swap(true, Ordering::SeqCst) {
            self.violation(format!("two attempts of n{node} run at once"));
        }
        let is_passing = self.script.is_passing(node);
        if seen.attempt.swap(attempt, Ordering::SeqCst) >= attempt && !is_passing {
            self.violation(format!("attempt {attempt} of n{node} was not the next one"));
        }
        for upstream in of.upstream.iter().filter(|_| of.given.is_none()) {
            if self.nodes[*upstream].is_running.load(Ordering::SeqCst) {
                self.violation(format!("n{node} started before n{upstream} ended"));
            }
        }
        for other in 0..self.nodes.len() {
            if seen.descendants & 1 << other != 0 && self.calls(other) > 0 && !is_passing {
                self.violation(format!("n{node} started after n{other}, which depends on it"));
            }
        }
        for (tag, running) in self.tags(node) {
            let now = running.fetch_add(1, Ordering::SeqCst) + 1;
            if self.script.manner.at_most.is_some_and(|most| now > most[tag]) {
                self.violation(format!("n{node} was one too many with its tag"));
            }
        }
        inside
    }

    /// A body has started: it looks what the last attempt has left, and leaves something itself.
    pub(crate) fn begins(&self, node: usize, cx: &Context) {
        let of = &self.script.nodes[node];
        let has_to = !of.ends.is_empty() && of.pace != Pace::TimesOut;
        if has_to && !self.script.is_passing(node) {
            let mut left = self.nodes[node].left.lock().unwrap();
            left.before = left.now;
            match cx.details::<u32>() {
                Ok(found) if found == left.now => {}
                found => self.violation(format!(
                    "attempt {} of n{node} found {found:?}, and {:?} was left",
                    cx.attempt(),
                    left.now
                )),
            }
            match cx.set_details(&cx.attempt()) {
                Ok(()) => left.now = Some(cx.attempt()),
                Err(error) => self.violation(error.to_string()),
            }
        }
        self.moment(Moment::Begun(node, cx.attempt()));
    }

    pub(crate) fn moment(&self, moment: Moment) {
        if let Some(told) = self.moments.get() {
            told(moment);
        }
    }

    fn tags(&self, node: usize) -> impl Iterator<Item = (usize, &AtomicUsize)> {
        let tags = self.script.nodes[node].rules.tags;
        let all = self.tagged.iter().enumerate().zip(["t", "u"]);
        all.filter(|(_, tag)| tags.contains(tag)).map(|(place, _)| place)
    }

    /// For a body that is to run out of time.
    pub(crate) fn wait_until_all_is_over(&self) {
        let is_over = self.is_over.0.lock().unwrap();
        let _is_over = self.is_over.1.wait_while(is_over, |is_over| !*is_over).unwrap();
    }

    /// Lets those bodies go.
    pub(crate) fn all_is_over(&self) {
        *self.is_over.0.lock().unwrap() = true;
        self.is_over.1.notify_all();
    }

    /// The last hook: it lets everything pass.
    pub(crate) fn note(&self, info: &NodeInfo<'_>, old: &State, new: &State) {
        let mut changes = self.nodes[number_of(info.name())].changes.lock().unwrap();
        changes.push(Change {
            attempt: info.attempt(),
            old: old.kind,
            new: new.kind,
        });
    }

    /// A reader: by what it is told, no node starts or ends before its upstream has ended, nor ends twice.
    pub(crate) fn read(&self, event: &Event<'_>) {
        let (node, ends) = match event {
            Event::NodeStarted { node, .. } => (node, false),
            Event::NodeEnded { node, .. } => (node, true),
            _ => return,
        };
        let index = number_of(node.name);
        let of = &self.script.nodes[index];
        // Readers are told one after the other.
        let ended = self.told_ended.load(Ordering::SeqCst);
        if ended & 1 << index != 0 {
            self.violation(format!("n{index} was told of after its end"));
        }
        let mut upstream = of.upstream.iter().filter(|_| of.given.is_none());
        if upstream.any(|node| ended & 1 << node == 0) {
            self.violation(format!("n{index} was told of before its upstream had ended"));
        }
        self.told_ended
            .store(ended | u64::from(ends) << index, Ordering::SeqCst);
    }
}

/// A body that runs.
pub(crate) struct Inside<'a> {
    observed: &'a Observed,
    node: usize,
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        let observed = self.observed;
        if observed.script.nodes[self.node].pace == Pace::TimesOut {
            return;
        }
        observed.moment(Moment::Done);
        for (_, running) in observed.tags(self.node) {
            running.fetch_sub(1, Ordering::SeqCst);
        }
        observed.nodes[self.node]
            .is_running
            .store(false, Ordering::SeqCst);
    }
}
