//! What follows an attempt: the node's end, another attempt, or a pause.

use jiff::{SignedDuration, Timestamp};

use crate::spec::Rules;
use crate::state::StateType;

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttemptEnd {
    /// Its body returned a result, or was told to succeed with one.
    Success,
    /// Its target was there.
    Cached,
    /// Its body failed or panicked.
    Failed {
        /// Whether this failure is one that another attempt may mend: `retry_if`.
        may_retry: bool,
    },
    /// It took longer than its `timeout`.
    TimedOut,
    /// The signal `skip`.
    Skipped,
    /// The signal `fail`: the node has failed, whatever its retries.
    GivenUp,
    /// The signal `cancel`.
    Cancelled,
    /// The signal `pause`.
    Paused,
    /// Its body did not start, as the run stops.
    Stopped,
    /// The signal `retry`.
    Retry {
        /// When the next attempt may start.
        at: Timestamp,
        /// Whether it is one of the node's `retries`.
        counted: bool,
    },
}

/// The attempts of a node so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tries {
    /// Attempts that have started.
    pub attempts: u32,
    /// Of the node's `retries`, how many are used.
    pub retries: u32,
}

/// What is wanted of the run as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Wanted {
    /// It goes on.
    All,
    /// What has not started is Cancelled; what runs finishes, but is not repeated.
    Ending,
    /// The same, and a body that fails now is Cancelled: it was told to stop.
    Cancelling,
    /// What has not started stays Pending; a body that fails now is Pending again.
    Stopping,
}

impl Wanted {
    const ALL: [Self; 4] = [Self::All, Self::Ending, Self::Cancelling, Self::Stopping];

    pub(crate) const fn from_u8(value: u8) -> Self {
        Self::ALL[value as usize]
    }
}

/// What follows an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The node ends in this state.
    Finish(StateType),
    /// Another attempt starts, not before this time.
    Retry {
        /// When.
        at: Timestamp,
        /// Whether it is one of the node's `retries`.
        counted: bool,
    },
    /// Another attempt would start, but the run ends: the node is Cancelled. A run that is reopened goes on with that attempt.
    CutShort {
        /// When it would have started.
        at: Timestamp,
        /// Whether it is one of the node's `retries`.
        counted: bool,
    },
    /// The node does not go on in this run as it is driven now: Paused, or Pending again.
    Rest(StateType),
}

/// What follows the attempt that ended so at `now`. `tries` counts it; `chance`, from 0 to 1, is for the jitter.
///
/// A failure is repeated while the node has `retries`, unless `retry_if` refuses it. A run that is ending repeats nothing:
/// what it would have repeated is Cancelled, for nobody knows whether it has failed. What a hook answers to the end of an
/// attempt takes its place: `end` is then the answer's.
///
/// Where Prefect Core 1.x answers otherwise:
///
/// | an attempt ends | Prefect | here | why |
/// |---|---|---|---|
/// | with the signal `fail`, retries left | Retrying | Failed | who says that has looked: no attempt will mend it |
/// | with the signal `retry`, no retries left | Retrying, without end | Failed, unless it is `uncounted` | a bound that can be passed by accident is none |
/// | with a failure that is repeated | hooks hear Failed, then Retrying | hooks hear Retrying | an alarm for what is mended a second later teaches to ignore alarms |
/// | with a result that cannot be written, retries left | Retrying, and the body runs again | Retrying, and only the result is written again | the work is done |
///
/// ```
/// use jiff::Timestamp;
/// use flow_runtime::StateType::Failed;
/// use flow_runtime::plan::{AttemptEnd, Next, Tries, Wanted, after};
/// use flow_runtime::spec::Rules;
///
/// let rules = Rules { retries: 1, ..Rules::DEFAULT };
/// let now = Timestamp::UNIX_EPOCH;
/// let failed = AttemptEnd::Failed { may_retry: true };
/// let first = Tries { attempts: 1, retries: 0 };
/// assert_eq!(after(&rules, first, failed, Wanted::All, now, 0.5), Next::Retry { at: now, counted: true });
/// let second = Tries { attempts: 2, retries: 1 };
/// assert_eq!(after(&rules, second, failed, Wanted::All, now, 0.5), Next::Finish(Failed));
/// ```
pub fn after(
    rules: &Rules,
    tries: Tries,
    end: AttemptEnd,
    wanted: Wanted,
    now: Timestamp,
    chance: f64,
) -> Next {
    let finish = match end {
        AttemptEnd::Success => return Next::Finish(StateType::Success),
        AttemptEnd::Cached => return Next::Finish(StateType::Cached),
        AttemptEnd::Skipped => return Next::Finish(StateType::Skipped),
        AttemptEnd::Cancelled => return Next::Finish(StateType::Cancelled),
        AttemptEnd::Paused => return paused(wanted),
        AttemptEnd::Stopped => return Next::Rest(StateType::Pending),
        AttemptEnd::GivenUp | AttemptEnd::Failed { .. } | AttemptEnd::Retry { .. } => StateType::Failed,
        AttemptEnd::TimedOut => StateType::TimedOut,
    };
    let has_retries = tries.retries < rules.retries;
    match wanted {
        Wanted::All | Wanted::Ending => {}
        Wanted::Cancelling => return Next::Finish(StateType::Cancelled),
        Wanted::Stopping => match end {
            AttemptEnd::GivenUp => return Next::Finish(finish),
            // What it asked for it gets from whoever goes on with the run.
            AttemptEnd::Retry { counted, .. } if has_retries || !counted => {}
            _ => return Next::Rest(StateType::Pending),
        },
    }
    let (at, counted) = match end {
        AttemptEnd::Retry { at, counted: false } => (at, false),
        AttemptEnd::Retry { at, counted: true } if has_retries => (at, true),
        AttemptEnd::Failed { may_retry: true } | AttemptEnd::TimedOut if has_retries => {
            let delay = rules.backoff.delay(rules.retry_delay, tries.retries + 1, chance);
            (later(now, delay), true)
        }
        _ => return Next::Finish(finish),
    };
    match wanted {
        Wanted::Ending => Next::CutShort { at, counted },
        _ => Next::Retry { at, counted },
    }
}

/// What becomes of a node that would end without an attempt, where a hook answers with how an attempt may end;
/// `None` for an answer that asks to repeat it: there was none, and nothing changes.
///
/// ```
/// use flow_runtime::StateType::Skipped;
/// use flow_runtime::plan::{AttemptEnd, Next, Wanted, instead};
///
/// let retry = AttemptEnd::Retry { at: jiff::Timestamp::UNIX_EPOCH, counted: true };
/// assert_eq!(instead(AttemptEnd::Skipped, Wanted::All), Some(Next::Finish(Skipped)));
/// assert_eq!(instead(retry, Wanted::All), None);
/// ```
pub fn instead(answer: AttemptEnd, wanted: Wanted) -> Option<Next> {
    Some(match answer {
        AttemptEnd::Success | AttemptEnd::Cached => Next::Finish(StateType::Success),
        AttemptEnd::Skipped => Next::Finish(StateType::Skipped),
        AttemptEnd::Cancelled => Next::Finish(StateType::Cancelled),
        AttemptEnd::Paused => paused(wanted),
        AttemptEnd::Stopped => Next::Rest(StateType::Pending),
        AttemptEnd::GivenUp | AttemptEnd::Failed { .. } | AttemptEnd::TimedOut => {
            Next::Finish(StateType::Failed)
        }
        AttemptEnd::Retry { .. } => return None,
    })
}

/// A pause in a run that ends is the end.
fn paused(wanted: Wanted) -> Next {
    match wanted {
        Wanted::All | Wanted::Stopping => Next::Rest(StateType::Paused),
        Wanted::Ending | Wanted::Cancelling => Next::Finish(StateType::Cancelled),
    }
}

/// `now` plus `delay`; the last moment that can be told where that is later.
fn later(now: Timestamp, delay: core::time::Duration) -> Timestamp {
    SignedDuration::try_from(delay)
        .ok()
        .and_then(|delay| now.checked_add(delay).ok())
        .unwrap_or(Timestamp::MAX)
}
