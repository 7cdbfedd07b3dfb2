//! What is left of a run that has stopped with something pending: whether another call can do some of it now, only later, or
//! not before somebody has done what a Paused node waits for.

use jiff::Timestamp;

use super::terminal::{Stream, one_line};
use crate::spec::FlowSpec;
use crate::state::{RunState, StateType};

pub(super) struct Left {
    /// The nodes that wait for somebody, each with what it has said.
    paused: Vec<(&'static str, String)>,
    /// When the next call has something to do; `None` for now.
    not_before: Option<Timestamp>,
    /// Whether there is anything but nodes that wait for somebody.
    is_more: bool,
}

impl Left {
    /// Of a state of this flow, at this moment.
    pub(super) fn of(flow: &'static FlowSpec, state: &RunState, now: Timestamp) -> Self {
        let nodes: Vec<_> = state.nodes().collect();
        let kind = |node: usize| nodes.get(node).map(|node| node.state().kind);
        let is_ready = |node: usize| {
            let mut edges = flow.nodes[node].edges.iter();
            kind(node).is_some_and(StateType::is_pending)
                && edges.all(|edge| kind(edge.node).is_some_and(StateType::is_finished))
        };
        let mut left = Self {
            paused: Vec::new(),
            not_before: None,
            is_more: false,
        };
        let mut is_now = false;
        for (node, of) in flow.nodes.iter().enumerate() {
            if !is_ready(node) {
                continue;
            }
            if kind(node) == Some(StateType::Paused) {
                left.paused.push((of.name, nodes[node].state().message.clone()));
                continue;
            }
            left.is_more = true;
            match nodes[node].not_before().filter(|at| *at > now) {
                Some(at) => left.not_before = Some(left.not_before.map_or(at, |first| first.min(at))),
                None => is_now = true,
            }
        }
        if is_now {
            left.not_before = None;
        }
        left
    }

    /// Whether no call does anything before somebody has.
    pub(super) fn waits(&self) -> bool {
        !self.paused.is_empty() && !self.is_more
    }

    /// Says who is waited for.
    pub(super) fn say_who(&self, to: &Stream) {
        for (node, message) in &self.paused {
            let message = one_line(message);
            let colon = if message.is_empty() { "" } else { ": " };
            to.say(&format!(
                "`{node}` is Paused, and waits for somebody{colon}{message}"
            ));
        }
    }

    /// Says when the next call has something to do, in a line that a program can find.
    pub(super) fn say_when(&self, to: &Stream) {
        if let Some(at) = self.not_before {
            to.say(&format!("not before {}", whole_second(at)));
        }
    }
}

/// The first whole second that is not before this time: who compares or waits in seconds must not come too early.
fn whole_second(at: Timestamp) -> Timestamp {
    let second = at.as_second() + i64::from(at.subsec_nanosecond() > 0);
    Timestamp::from_second(second).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::whole_second;

    #[test]
    fn a_time_is_never_said_earlier_than_it_is() {
        for (at, said) in [
            ("2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z"),
            ("2026-11-23T09:00:00.000001Z", "2026-11-23T09:00:01Z"),
            ("2026-11-23T23:59:59.9Z", "2026-11-24T00:00:00Z"),
        ] {
            assert_eq!(whole_second(at.parse().unwrap()).to_string(), said);
        }
    }
}
