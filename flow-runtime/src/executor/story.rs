//! What a node has been through beyond its state: its attempts, and what they leave to the next one. Made for a node
//! when there is something to keep; most have none.

use jiff::Timestamp;

use super::due::Due;
use crate::hook::PastAttempt;
use crate::state::State;

/// The attempts of one node, as far as more is to be said of them than how many there were.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Story {
    /// Of the node's `retries`, how many are used.
    pub(crate) retries: u32,
    /// How many attempts ended with the death of their process.
    pub(crate) deaths: u32,
    /// When it may go on.
    pub(crate) not_before: Option<Due>,
    /// Why it waits.
    pub(crate) message: String,
    /// The attempts that have ended, but for a success: the newest, where there are very many.
    pub(crate) past: Vec<PastAttempt>,
    /// How many of these no record tells of yet, the newest.
    pub(crate) unrecorded: usize,
    /// Whether a result is in the node's place that could not be written: the next attempt only writes it.
    pub(crate) unwritten: bool,
    /// What an attempt leaves to the next one, as MessagePack.
    pub(crate) details: Option<Vec<u8>>,
}

impl Story {
    /// An attempt has ended, and the node is `state`.
    pub(crate) fn ended(&mut self, number: u32, ended: Timestamp, state: &State) {
        self.message.clone_from(&state.message);
        self.past.push(PastAttempt {
            number,
            ended,
            state: state.clone(),
        });
        PastAttempt::forget_oldest(&mut self.past);
        self.unrecorded += 1;
    }
}
