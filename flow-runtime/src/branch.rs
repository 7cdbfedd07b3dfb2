//! What the generated function of an `if` or `match` asks of an attempt: it is called for its arm alone, and then for the
//! call in that arm.

use crate::attempt::{Attempt, Ended};
use crate::task::{BoxError, Final};

/// The conditions have come to another arm than before.
#[derive(Debug, thiserror::Error)]
#[error(
    "its conditions chose {chosen} before and {found} now: they must depend on nothing but what they name"
)]
struct Fickle {
    chosen: String,
    found: String,
}

impl Attempt {
    /// What the function does at this arm in the place of its call, if anything: it tells the arm where that is asked for, and
    /// fails where another was chosen. So whatever an arm reads is only read where it was chosen.
    pub fn at_arm(&self, arm: u32) -> Option<Result<Ended, BoxError>> {
        self.at(Some(arm))
    }

    /// The same where no condition holds.
    ///
    /// # Errors
    ///
    /// Where an arm was chosen.
    pub fn at_no_arm(&self) -> Result<Ended, BoxError> {
        // A node without an arm has ended: its function is called for no other reason.
        self.at(None).unwrap_or(Ok(Ended::Chosen))
    }

    fn at(&self, found: Option<u32>) -> Option<Result<Ended, BoxError>> {
        if let Some(choosing) = &self.choosing {
            choosing.tell(found);
            return Some(Ok(Ended::Chosen));
        }
        let chosen = self.core().branches.arm(self.node());
        if chosen == found {
            return None;
        }
        let error = Fickle {
            chosen: self.arm_text(chosen),
            found: self.arm_text(found),
        };
        Some(Err(Final(error.into()).into()))
    }

    /// An arm for people: by its place and task.
    fn arm_text(&self, arm: Option<u32>) -> String {
        let branch = self.core().spec.nodes[self.node()].branch();
        let spec = arm.and_then(|arm| branch?.arms.get(usize::try_from(arm).ok()?));
        match (spec, arm) {
            (Some(spec), Some(arm)) => format!("arm {} (`{}`)", arm.saturating_add(1), spec.task.name),
            _ => "none of its arms".to_owned(),
        }
    }
}
