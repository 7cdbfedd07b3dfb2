//! What a new run is beside: an earlier one of the same flow, parameters and logical time that is still pending. It is left as
//! it is, and who has begun a new one may not know that it is there.

use super::terminal::{Stream, printable};
use crate::event::{Event, Reader};
use crate::runs::Runs;

/// Says of a new run, as it starts, which earlier one it leaves.
pub(super) struct Beside {
    runs: Runs,
    to: Stream,
}

impl Beside {
    pub(super) fn new(runs: Runs, to: Stream) -> Self {
        Self { runs, to }
    }
}

impl Reader for Beside {
    fn read(&mut self, event: &Event<'_>) {
        let Event::RunStarted { id, .. } = event else {
            return;
        };
        if let Some(note) = note(&self.runs, &id.to_string()) {
            self.to.say(&format!("note: {}", printable(&note)));
        }
    }
}

/// The latest run that can go on and is what this one is but for the id. A run that is not recorded has no such record to be
/// compared by, and whoever drives one knows that nothing of it stays.
fn note(runs: &Runs, new: &str) -> Option<String> {
    let known = runs.list().ok()?;
    let identity = |id: &str| {
        let known = known.iter().find(|known| known.id == id)?;
        known.summary.as_ref().ok()?.identity
    };
    let of_new = identity(new)?;
    let pending = known.iter().find(|known| {
        known.id != new
            && known.ended.is_none()
            && identity(&known.id) == Some(of_new)
            // Its process may have died between its last node and its end.
            && runs.read(&known.id).is_ok_and(|recorded| !recorded.state.is_finished())
    })?;
    let id = &pending.id;
    Some(match runs.holder(id) {
        Some(holder) => format!("this is a new run; run {id} is driven by {holder}"),
        None => format!("this is a new run; run {id} is still pending, and `resume {id}` goes on with it"),
    })
}
