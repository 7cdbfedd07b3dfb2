//! [`Budget`]: what one slice of a run may use.

use core::time::Duration;
use std::time::{Instant, SystemTime};

use jiff::Timestamp;

/// What one slice of a run may use: so many attempts, so much time, or both. When it is spent nothing new starts, what
/// runs finishes, and the rest stays Pending.
///
/// A slice always starts one attempt where there is one to start, so that slices come to an end. An attempt with a
/// `timeout` that is longer than what is left of the time does not start; one that is longer than the whole time is
/// an error before anything starts. Nodes that need no attempt (Cached, Skipped, TriggerFailed) cost nothing. Nor does a
/// task with `checkpoint = false` whose result others take: no later slice has it, so each that needs it makes it again.
///
/// ```
/// use flow_runtime::Budget;
/// use std::time::Duration;
///
/// let one = Budget::tasks(1);
/// let some = Budget::time(Duration::from_secs(8 * 60)).and_tasks(100);
/// assert_ne!(one, some);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    pub(crate) tasks: Option<u32>,
    pub(crate) time: Option<Time>,
}

/// A limit on time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Time {
    /// From the start of the slice.
    Lasts(Duration),
    /// Up to a moment.
    Until(Instant),
}

impl Budget {
    /// No limit: a slice that is a whole run.
    #[cfg(feature = "cli")]
    pub(crate) const UNLIMITED: Self = Self {
        tasks: None,
        time: None,
    };

    /// At most so many attempts; at least one.
    pub const fn tasks(tasks: u32) -> Self {
        Self {
            tasks: Some(if tasks == 0 { 1 } else { tasks }),
            time: None,
        }
    }

    /// Nothing starts later than this after the start of the slice.
    pub const fn time(time: Duration) -> Self {
        Self {
            tasks: None,
            time: Some(Time::Lasts(time)),
        }
    }

    /// Nothing starts after this moment: an [`Instant`], a [`SystemTime`] or a [`Timestamp`], such as a serverless
    /// function's deadline less the time that its longest body takes.
    pub fn until(deadline: impl Into<Deadline>) -> Self {
        Self {
            tasks: None,
            time: Some(Time::Until(deadline.into().0)),
        }
    }

    /// And at most so many attempts; at least one.
    #[must_use = "a budget is taken and given back"]
    pub const fn and_tasks(self, tasks: u32) -> Self {
        Self {
            tasks: Self::tasks(tasks).tasks,
            ..self
        }
    }

    /// The same, whose time has begun before the slice starts.
    #[cfg(feature = "cli")]
    pub(crate) fn since(self, begin: Instant) -> Self {
        let time = match self.time {
            Some(Time::Lasts(time)) => begin.checked_add(time).map(Time::Until),
            other => other,
        };
        Self { time, ..self }
    }

    /// The moment at which the time ends, for a slice that starts now.
    pub(crate) fn deadline(&self, now: Instant) -> Option<Instant> {
        match self.time? {
            Time::Lasts(time) => now.checked_add(time),
            Time::Until(deadline) => Some(deadline),
        }
    }
}

/// A moment at which a [`Budget`] ends. Once made it does not follow the system's clock, which may be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(Instant);

impl From<Instant> for Deadline {
    fn from(at: Instant) -> Self {
        Self(at)
    }
}

impl From<Timestamp> for Deadline {
    fn from(at: Timestamp) -> Self {
        let left = Duration::try_from(at.duration_since(Timestamp::now())).unwrap_or_default();
        let now = Instant::now();
        // Farther than a clock can tell is no limit that anybody could notice.
        Self(
            now.checked_add(left)
                .unwrap_or_else(|| now + Duration::from_secs(1 << 32)),
        )
    }
}

impl From<SystemTime> for Deadline {
    fn from(at: SystemTime) -> Self {
        let left = at.duration_since(SystemTime::now()).unwrap_or_default();
        let now = Instant::now();
        Self(
            now.checked_add(left)
                .unwrap_or_else(|| now + Duration::from_secs(1 << 32)),
        )
    }
}
