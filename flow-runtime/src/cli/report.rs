//! What a terminal is told of a run: a line at its start, a line for each node as it ends, a summary; of long bodies how far
//! they are. It reads events
//! and writes lines; how a command ends is not its business.

use core::time::Duration;
use std::time::Instant;

use clap::builder::styling::Style;
use jiff::Timestamp;

use super::progress::Progress;
use super::terminal::{Stream, one_line, printable, style_of};
use crate::event::{Event, Reader};
use crate::spec::{FlowSpec, NodeSpec};
use crate::state::{State, StateType};

/// Names that are longer do not widen the column.
const WIDEST_NAME: usize = 40;

/// As wide as the longest state, `TriggerFailed`.
const STATE_WIDTH: usize = 13;

/// So many lines are about children of a `for`.
const MOST_CHILDREN: usize = 20;

/// The order in which a summary counts.
const COUNTED: [StateType; 9] = [
    StateType::Success,
    StateType::Cached,
    StateType::Mapped,
    StateType::Skipped,
    StateType::Failed,
    StateType::TimedOut,
    StateType::TriggerFailed,
    StateType::Cancelled,
    StateType::Paused,
];

/// Tells a stream what happens in one run.
pub(super) struct Report {
    to: Stream,
    flow: &'static str,
    id: String,
    name_width: usize,
    nodes: usize,
    /// Those that had finished before.
    finished: usize,
    counts: [usize; COUNTED.len()],
    progress: Progress,
    /// How many lines there were about children of a `for`.
    children: usize,
}

impl Report {
    pub(super) fn new(to: Stream) -> Self {
        Self {
            to,
            flow: "",
            id: String::new(),
            name_width: 0,
            nodes: 0,
            finished: 0,
            counts: [0; COUNTED.len()],
            progress: Progress::default(),
            children: 0,
        }
    }

    fn started(
        &mut self,
        flow: &'static FlowSpec,
        store: Option<&str>,
        time: &jiff::Zoned,
        finished: usize,
        notes: &[String],
    ) {
        self.flow = flow.name;
        let names = flow.nodes.iter().map(|node| node.name.chars().count());
        self.nodes = flow.nodes.len();
        self.name_width = names.max().unwrap_or(0).min(WIDEST_NAME);
        let store = match store {
            Some(store) => format!("store {}", printable(store)),
            None => "in memory".to_owned(),
        };
        let title = self.to.paint(&printable(flow.name), Style::new().bold());
        let time = time.strftime("%Y-%m-%d %H:%M:%S %Q");
        self.to
            .say(&format!("{title}: run {}, logical time {time}, {store}", self.id));
        self.finished = finished;
        if finished > 0 {
            self.to.say(&format!(
                "goes on: {finished} of {} nodes have finished before",
                self.nodes
            ));
        }
        for note in notes {
            self.to.say(&format!("note: {}", printable(&one_line(note))));
        }
        if cfg!(panic = "abort") {
            self.to
                .say("note: built with `panic = \"abort\"`: a panic ends the process, not its node alone");
        }
    }

    /// Whether something is said of a child of a `for`, of which there may be millions: that it failed or waits, of some.
    fn says_of_child(&mut self, state: StateType) -> bool {
        let is_news = matches!(
            state,
            StateType::Failed | StateType::TimedOut | StateType::Retrying | StateType::Paused
        );
        self.children += usize::from(is_news);
        if is_news && self.children == MOST_CHILDREN + 1 {
            self.to
                .say("note: what more children fail or wait is not said one by one");
        }
        is_news && self.children <= MOST_CHILDREN
    }

    /// Takes note of a node that has ended or waits; whether that is said.
    fn says_of(&mut self, node: &NodeSpec, slug: &str, state: StateType) -> bool {
        if slug != node.name {
            return self.says_of_child(state);
        }
        self.progress.ended(node.name);
        self.count(state);
        true
    }

    /// The state of a node and its name, as a line begins.
    fn head(&self, slug: &str, state: StateType) -> String {
        let kind = self.to.paint(&format!("{state:STATE_WIDTH$}"), style_of(state));
        format!("{kind} {:width$}", printable(slug), width = self.name_width)
    }

    fn count(&mut self, state: StateType) {
        if let Some(place) = COUNTED.iter().position(|kind| *kind == state) {
            self.counts[place] += 1;
        }
    }

    fn node_ended(&self, slug: &str, state: &State, took: Duration, location: Option<&str>) {
        // What was passed over took no time.
        let time = match state.kind {
            StateType::Success
            | StateType::Cached
            | StateType::Mapped
            | StateType::Failed
            | StateType::TimedOut => duration(took),
            _ => String::new(),
        };
        let head = self.head(slug, state.kind);
        let line = format!("{head} {time:>8}  {}", remark(state, location));
        self.to.say(line.trim_end());
    }

    fn node_progressed(&self, slug: &str, runs: Duration, percent: &str) {
        let head = self.head(slug, StateType::Running);
        self.to.say(&format!("{head} {:>8}  {percent}", duration(runs)));
    }

    fn node_waits(&self, slug: &str, state: &State, until: Option<Timestamp>) {
        let until = until.map(|until| until.duration_since(Timestamp::now()));
        let again = match until.map(|wait| Duration::try_from(wait).unwrap_or_default()) {
            Some(Duration::ZERO) => "; again now".to_owned(),
            Some(wait) => format!("; again in {}", duration(wait)),
            None => String::new(),
        };
        let head = self.head(slug, state.kind);
        let line = format!("{head} {:>8}  {}{again}", "", remark(state, None));
        self.to.say(line.trim_end());
    }

    fn ended(&self, state: &State, took: Duration) {
        let mut counts: Vec<String> = COUNTED
            .iter()
            .zip(self.counts)
            .filter(|(_, count)| *count > 0)
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        if self.finished > 0 {
            counts.push(format!("{} before", self.finished));
        }
        let told = self.counts.iter().sum::<usize>() + self.finished;
        let pending = self.nodes.saturating_sub(told);
        if pending > 0 {
            counts.push(format!("{pending} {}", StateType::Pending));
        }
        let kind = self.to.paint(state.kind.name(), style_of(state.kind).bold());
        let counts = if counts.is_empty() {
            "no nodes".to_owned()
        } else {
            counts.join(", ")
        };
        self.to.say(&format!(
            "{}: {kind} in {}: {counts} (run {})",
            printable(self.flow),
            duration(took),
            self.id
        ));
    }
}

impl Reader for Report {
    fn read(&mut self, event: &Event<'_>) {
        match event {
            Event::RunStarted {
                flow,
                id,
                time,
                store,
                finished,
                notes,
            } => {
                self.id = id.to_string();
                self.started(flow, *store, time, *finished, notes);
            }
            Event::NodeEnded {
                node,
                slug,
                state,
                took,
                location,
                ..
            } => {
                if self.says_of(node, slug, state.kind) {
                    self.node_ended(slug, state, *took, *location);
                }
            }
            Event::RunEnded { state, took, .. } => self.ended(state, *took),
            Event::NodeWaits {
                node,
                slug,
                state,
                until,
                ..
            } => {
                if self.says_of(node, slug, state.kind) {
                    self.node_waits(slug, state, *until);
                }
            }
            // A line when a node ends is enough, unless it has more to say.
            Event::NodeStarted { node, slug, .. } if *slug == node.name => {
                self.progress.started(node.name, Instant::now());
            }
            Event::NodeProgressed { node, slug, done, .. } if *slug == node.name => {
                if let Some((runs, percent)) = self.progress.said(node.name, *done, Instant::now()) {
                    self.node_progressed(slug, runs, &percent);
                }
            }
            // Of a child: its `for` says how far it is.
            Event::NodeStarted { .. } | Event::NodeProgressed { .. } => {}
        }
    }
}

/// Where the result is, and why the node ended so; of a failure its cause.
fn remark(state: &State, location: Option<&str>) -> String {
    let message = one_line(&state.message);
    match location.map(printable) {
        Some(location) if message.is_empty() => location.into_owned(),
        Some(location) => format!("{location} ({message})"),
        None => message,
    }
}

/// A time as people read it: `<1 ms`, `250 ms`, `1.5 s`, `2m 05s`, `3h 00m`.
fn duration(took: Duration) -> String {
    let (seconds, millis) = (took.as_secs(), took.as_millis());
    match seconds {
        0 if millis == 0 => "<1 ms".to_owned(),
        0 => format!("{millis} ms"),
        1..60 => format!("{seconds}.{} s", took.subsec_millis() / 100),
        60..3600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h {:02}m", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;
    use core::time::Duration;

    #[test]
    fn durations_are_short() {
        let table = [
            (0.0004, "<1 ms"),
            (0.25, "250 ms"),
            (0.9999, "999 ms"),
            (1.56, "1.5 s"),
            (59.99, "59.9 s"),
            (125.0, "2m 05s"),
            (10_800.0, "3h 00m"),
        ];
        for (seconds, text) in table {
            assert_eq!(duration(Duration::from_secs_f64(seconds)), text);
        }
    }
}
