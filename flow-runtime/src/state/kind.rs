use core::fmt;

/// What kind of state a node or run is in.
///
/// Journals hold their numbers, and run states their names: both stay as they are, and a new one comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum StateType {
    /// Not started.
    Pending = 0,
    /// Pending: it waits for its time.
    Scheduled = 1,
    /// Pending: it waits for its next attempt, after one that failed.
    Retrying = 2,
    /// Pending: it goes on when the run is resumed.
    Paused = 3,
    /// Its body runs.
    Running = 4,
    /// Its body returned a result.
    Success = 5,
    /// A success without running: its target was there.
    Cached = 6,
    /// A success: one child an item has run, and all have finished.
    Mapped = 7,
    /// A success without result: it was passed over.
    Skipped = 8,
    /// Its body failed or panicked, or its checkpoint could not be read or written.
    Failed = 9,
    /// A failure: its body took longer than its timeout.
    TimedOut = 10,
    /// A failure without running: its trigger did not hold, as what it depends on failed.
    TriggerFailed = 11,
    /// Neither success nor failure: it was told to stop.
    Cancelled = 12,
}

impl StateType {
    pub(crate) const ALL: [Self; 13] = [
        Self::Pending,
        Self::Scheduled,
        Self::Retrying,
        Self::Paused,
        Self::Running,
        Self::Success,
        Self::Cached,
        Self::Mapped,
        Self::Skipped,
        Self::Failed,
        Self::TimedOut,
        Self::TriggerFailed,
        Self::Cancelled,
    ];

    /// Whether nothing more happens to it.
    pub const fn is_finished(self) -> bool {
        !self.is_pending() && !matches!(self, Self::Running)
    }

    /// Pending, Scheduled, Retrying or Paused.
    pub const fn is_pending(self) -> bool {
        matches!(
            self,
            Self::Pending | Self::Scheduled | Self::Retrying | Self::Paused
        )
    }

    /// Success, Cached, Mapped or Skipped.
    pub const fn is_successful(self) -> bool {
        matches!(self, Self::Success | Self::Cached | Self::Mapped | Self::Skipped)
    }

    /// Failed, TimedOut or TriggerFailed.
    pub const fn is_failed(self) -> bool {
        matches!(self, Self::Failed | Self::TimedOut | Self::TriggerFailed)
    }

    /// Whether there is a result: Success, Cached or Mapped.
    pub const fn has_value(self) -> bool {
        matches!(self, Self::Success | Self::Cached | Self::Mapped)
    }

    /// Whether it may have a time before which nothing happens to it: also what was cancelled as it waited, which goes on
    /// with that attempt when the run is reopened.
    pub(crate) const fn may_wait(self) -> bool {
        matches!(self, Self::Scheduled | Self::Retrying | Self::Cancelled)
    }

    /// The name, as it is written in states.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Scheduled => "Scheduled",
            Self::Retrying => "Retrying",
            Self::Paused => "Paused",
            Self::Running => "Running",
            Self::Success => "Success",
            Self::Cached => "Cached",
            Self::Mapped => "Mapped",
            Self::Skipped => "Skipped",
            Self::Failed => "Failed",
            Self::TimedOut => "TimedOut",
            Self::TriggerFailed => "TriggerFailed",
            Self::Cancelled => "Cancelled",
        }
    }

    pub(crate) const fn from_u8(value: u8) -> Self {
        Self::ALL[value as usize]
    }

    /// The type with this number, as journals hold it.
    pub(crate) fn numbered(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The type with this name, as [`name`](Self::name) writes it.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for StateType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The state of a node or a run: its type, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct State {
    /// The type.
    pub kind: StateType,
    /// One sentence for people.
    pub message: String,
}

impl State {
    /// A state with its message.
    pub fn new(kind: StateType, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.message.is_empty() {
            fmt::Display::fmt(&self.kind, f)
        } else {
            write!(f, "{}: {}", self.kind, self.message)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::StateType;

    #[test]
    fn the_numbers_and_names_that_are_stored_stay_as_they_are() {
        use StateType::{
            Cached, Cancelled, Failed, Mapped, Paused, Pending, Retrying, Running, Scheduled, Skipped,
            Success, TimedOut, TriggerFailed,
        };
        let stored = [
            (0, "Pending", Pending),
            (1, "Scheduled", Scheduled),
            (2, "Retrying", Retrying),
            (3, "Paused", Paused),
            (4, "Running", Running),
            (5, "Success", Success),
            (6, "Cached", Cached),
            (7, "Mapped", Mapped),
            (8, "Skipped", Skipped),
            (9, "Failed", Failed),
            (10, "TimedOut", TimedOut),
            (11, "TriggerFailed", TriggerFailed),
            (12, "Cancelled", Cancelled),
        ];
        assert_eq!(stored.map(|(_, _, kind)| kind), StateType::ALL);
        for (number, name, kind) in stored {
            assert_eq!((kind as u8, kind.name()), (number, name));
            assert_eq!(StateType::from_u8(number), kind);
            assert_eq!(StateType::numbered(number), Some(kind));
            assert_eq!(StateType::named(name), Some(kind));
        }
        assert_eq!(StateType::numbered(13), None);
    }

    #[test]
    fn cancelled_is_neither_success_nor_failure() {
        assert!(StateType::Cancelled.is_finished());
        assert!(!StateType::Cancelled.is_successful());
        assert!(!StateType::Cancelled.is_failed());
    }
}
