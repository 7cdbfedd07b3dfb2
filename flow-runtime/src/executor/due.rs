//! When a node that waits may go on, on a system whose clock may be set meanwhile.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// Clocks are adjusted all the time by less than this.
const SLACK: Duration = Duration::from_secs(1);

/// A time by the clock, and how long that was from the moment it was noted. Whichever comes first counts: a clock that is set
/// back keeps nobody waiting for longer than was meant, and a machine that slept does not sleep on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Due {
    moment: Instant,
    at: Timestamp,
}

impl Due {
    pub(super) fn at(at: Timestamp) -> Self {
        Self::noted(at, Timestamp::now(), Instant::now())
    }

    /// What another process has noted when an attempt `ended`. A clock that says that this is still to come was set back:
    /// then the wait begins anew.
    pub(super) fn restored(at: Timestamp, ended: Option<Timestamp>) -> Self {
        let now = Timestamp::now();
        match ended.filter(|ended| *ended > now) {
            Some(ended) => Self::at(later(now, between(ended, at))),
            None => Self::at(at),
        }
    }

    fn noted(at: Timestamp, clock: Timestamp, now: Instant) -> Self {
        let moment = now.checked_add(between(clock, at));
        Self {
            // Farther than a clock can tell is longer than anybody waits.
            moment: moment.unwrap_or_else(|| now + Duration::from_secs(1 << 32)),
            at,
        }
    }

    /// How long it is until then; nothing once it is due.
    pub(super) fn left(&self) -> Duration {
        self.left_at(Timestamp::now(), Instant::now())
    }

    pub(super) fn is_due(&self) -> bool {
        self.left().is_zero()
    }

    /// The time by the clock as it goes now.
    pub(super) fn time(&self) -> Timestamp {
        self.time_at(Timestamp::now(), Instant::now())
    }

    fn left_at(&self, clock: Timestamp, now: Instant) -> Duration {
        self.moment
            .saturating_duration_since(now)
            .min(between(clock, self.at))
    }

    fn time_at(&self, clock: Timestamp, now: Instant) -> Timestamp {
        let left = self.left_at(clock, now);
        if between(clock, self.at) > left + SLACK {
            later(clock, left)
        } else {
            self.at
        }
    }
}

/// From one time to a later one; nothing if it is not later.
fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

fn later(from: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by)
        .ok()
        .and_then(|by| from.checked_add(by).ok())
        .unwrap_or(Timestamp::MAX)
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use std::time::{Duration, Instant};

    use jiff::{SignedDuration, Timestamp};

    use super::{Due, between};

    const HOUR: Duration = Duration::from_hours(1);
    const TEN: Duration = Duration::from_secs(10);

    fn hours(hours: i64) -> SignedDuration {
        SignedDuration::from_hours(hours)
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_nobody_waiting() {
        let (clock, now) = (Timestamp::now(), Instant::now());
        let due = Due::noted(clock + TEN, clock, now);
        assert_eq!(due.left_at(clock, now), TEN);
        let set_back = clock - hours(5);
        assert_eq!(due.left_at(set_back, now), TEN);
        assert_eq!(due.time_at(set_back, now), set_back + TEN);
        assert_eq!(due.left_at(set_back + TEN, now + TEN), Duration::ZERO);
    }

    #[test]
    fn a_machine_that_slept_does_not_sleep_on() {
        let (clock, now) = (Timestamp::now(), Instant::now());
        let due = Due::noted(clock + HOUR, clock, now);
        assert_eq!(due.left_at(clock + HOUR, now + TEN), Duration::ZERO);
        assert_eq!(due.time_at(clock + TEN, now + TEN), clock + HOUR);
    }

    #[test]
    fn a_wait_that_another_process_began_is_no_longer_than_it_was_meant_to_be() {
        let now = Timestamp::now();
        // It was noted by a clock that was five hours ahead of this one.
        let ended = now + hours(5);
        let due = Due::restored(ended + TEN, Some(ended));
        assert!(due.left() <= TEN && due.left() > TEN / 2, "{due:?}");
        assert!(
            between(now, due.time()) <= TEN + Duration::from_secs(1),
            "{due:?}"
        );
        // Without a sign of that, a time is a time.
        for ended in [None, Some(now - hours(1))] {
            assert!(Due::restored(now + HOUR, ended).left() > HOUR / 2);
        }
        assert!(Due::restored(now - hours(1), None).is_due());
    }

    #[test]
    fn the_end_of_time_is_a_time() {
        assert!(!Due::at(Timestamp::MAX).is_due());
        assert!(Due::at(Timestamp::MIN).is_due());
    }
}
