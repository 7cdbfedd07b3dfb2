//! What a node has been through beyond its state: its attempts, and what they leave to the next one. Made for a node
//! when there is something to keep; most have none.

use jiff::Timestamp;

use crate::hook::PastAttempt;
use crate::plan::Tries;
use crate::state::State;

/// The attempts of one node.
#[derive(Debug, Default)]
pub(crate) struct Story {
    pub(crate) tries: Tries,
    /// Those that have ended, but for a success.
    pub(crate) past: Vec<PastAttempt>,
    /// Whether a result is in the node's place that could not be written: the next attempt only writes it.
    pub(crate) unwritten: bool,
    /// What an attempt leaves to the next one, as MessagePack.
    pub(crate) details: Option<Vec<u8>>,
}

impl Story {
    /// An attempt has ended, and the node is `state`.
    pub(crate) fn ended(&mut self, ended: Timestamp, state: &State) {
        self.past.push(PastAttempt {
            number: self.tries.attempts,
            ended,
            state: state.clone(),
        });
    }

    /// Why the node waits for its next attempt, or failed.
    pub(crate) fn message(&self) -> &str {
        self.past.last().map_or("", |past| &past.state.message)
    }
}
