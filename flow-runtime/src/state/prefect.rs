//! What the states of Prefect Core 1.x mean here: its class names, and the fields that it writes.
//!
//! | Prefect's class | here | why |
//! |---|---|---|
//! | `Pending`, `Running`, `Success`, `Cached`, `Skipped`, `Failed`, `TimedOut`, `TriggerFailed`, `Cancelled`, `Paused` | the same | a `Running` that is read ended with its process |
//! | `Retrying` with `start_time`, `run_count` | Retrying, `run_count` attempts | |
//! | `Scheduled`, `Resume`, `Queued` with `start_time` | Scheduled | it waits for that time |
//! | `Submitted` | Pending | somebody was to run it |
//! | `Looped` | Pending | its next round has not run; rounds start over |
//! | `Mapped` | Mapped | where its children are is not said: without result |
//! | `ValidationFailed`, `ClientFailed` | Failed | |
//! | `Finished`, `Cancelling` | Cancelled | over, and neither a success nor a failure |
//!
//! Of `Queued`, `Submitted` and `ClientFailed` the state inside counts for nothing: it is what was to come, or was.

use super::kind::StateType;

/// The state that a type's name means; `None` where it means none.
pub(super) fn meaning(name: &str) -> Option<StateType> {
    StateType::named(name).or(match name {
        "Resume" | "Queued" => Some(StateType::Scheduled),
        "Submitted" | "Looped" => Some(StateType::Pending),
        "ValidationFailed" | "ClientFailed" => Some(StateType::Failed),
        "Finished" | "Cancelling" => Some(StateType::Cancelled),
        _ => None,
    })
}

/// The task's name and the number that Prefect gives in a slug: `task1-2` is the second task named `task1`.
pub(super) fn numbered(slug: &str) -> Option<(&str, usize)> {
    let (name, number) = slug.rsplit_once('-')?;
    let number: usize = number.parse().ok()?;
    (number > 0).then_some((name, number))
}
