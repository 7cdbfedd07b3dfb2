//! What is seen of a run while it goes on: by its bodies, by a reader, by a last hook. What none of them may ever see
//! is noted.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};

use flow_runtime::__private::FlowSpec;
use flow_runtime::event::Event;
use flow_runtime::{NodeInfo, State};

use super::hook::number_of;
use super::reference::Change;
use super::script::{Pace, Script};

pub(super) struct Observed {
    pub(super) script: Script,
    pub(super) spec: &'static FlowSpec,
    nodes: Vec<Seen>,
    /// How many bodies with the tags `t` and `u` run now.
    tagged: [AtomicUsize; 2],
    /// The nodes whose end a reader was told of, as bits.
    pub(super) told_ended: AtomicU64,
    pub(super) violations: Mutex<Vec<String>>,
    is_over: (Mutex<bool>, Condvar),
}

#[derive(Default)]
struct Seen {
    calls: AtomicU32,
    /// The number of the last attempt.
    attempt: AtomicU32,
    is_running: AtomicBool,
    /// The nodes that wait for this one, directly or through others, as bits.
    descendants: u64,
    changes: Mutex<Vec<Change>>,
}

impl Observed {
    pub(super) fn new(script: Script, spec: &'static FlowSpec) -> Self {
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
            told_ended: AtomicU64::new(0),
            violations: Mutex::default(),
            is_over: (Mutex::new(false), Condvar::new()),
        }
    }

    pub(super) fn calls(&self, node: usize) -> u32 {
        self.nodes[node].calls.load(Ordering::SeqCst)
    }

    /// What the last hook was asked about a node.
    pub(super) fn changes(&self, node: usize) -> Vec<Change> {
        self.nodes[node].changes.lock().unwrap().clone()
    }

    fn violation(&self, what: String) {
        self.violations.lock().unwrap().push(what);
    }

    /// The start of a body; its end is that of what it gives.
    pub(super) fn enter(&self, node: usize, attempt: u32) -> Inside<'_> {
        let (seen, of) = (&self.nodes[node], &self.script.nodes[node]);
        seen.calls.fetch_add(1, Ordering::SeqCst);
        let inside = Inside { observed: self, node };
        if of.pace == Pace::TimesOut {
            // Nobody waits for it: it may start, and go on, when its attempt is long over.
            return inside;
        }
        if seen.is_running.swap(true, Ordering::SeqCst) {
            self.violation(format!("two attempts of n{node} run at once"));
        }
        if seen.attempt.swap(attempt, Ordering::SeqCst) >= attempt {
            self.violation(format!("attempt {attempt} of n{node} was not the next one"));
        }
        for upstream in of.upstream.iter().filter(|_| of.given.is_none()) {
            if self.nodes[*upstream].is_running.load(Ordering::SeqCst) {
                self.violation(format!("n{node} started before n{upstream} ended"));
            }
        }
        for other in 0..self.nodes.len() {
            if seen.descendants & 1 << other != 0 && self.calls(other) > 0 {
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

    fn tags(&self, node: usize) -> impl Iterator<Item = (usize, &AtomicUsize)> {
        let tags = self.script.nodes[node].rules.tags;
        let all = self.tagged.iter().enumerate().zip(["t", "u"]);
        all.filter(|(_, tag)| tags.contains(tag)).map(|(place, _)| place)
    }

    /// For a body that is to run out of time.
    pub(super) fn wait_until_all_is_over(&self) {
        let is_over = self.is_over.0.lock().unwrap();
        let _is_over = self.is_over.1.wait_while(is_over, |is_over| !*is_over).unwrap();
    }

    /// Lets those bodies go.
    pub(super) fn all_is_over(&self) {
        *self.is_over.0.lock().unwrap() = true;
        self.is_over.1.notify_all();
    }

    /// The last hook: it lets everything pass.
    pub(super) fn note(&self, info: &NodeInfo<'_>, old: &State, new: &State) {
        let mut changes = self.nodes[number_of(info.name())].changes.lock().unwrap();
        changes.push(Change {
            attempt: info.attempt(),
            old: old.kind,
            new: new.kind,
        });
    }

    /// A reader: by what it is told, no node starts or ends before its upstream has ended, nor ends twice.
    pub(super) fn read(&self, event: &Event<'_>) {
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
pub(super) struct Inside<'a> {
    observed: &'a Observed,
    node: usize,
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        let observed = self.observed;
        if observed.script.nodes[self.node].pace == Pace::TimesOut {
            return;
        }
        for (_, running) in observed.tags(self.node) {
            running.fetch_sub(1, Ordering::SeqCst);
        }
        observed.nodes[self.node]
            .is_running
            .store(false, Ordering::SeqCst);
    }
}
