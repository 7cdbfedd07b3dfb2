//! Run ids: they sort by the time of their start, and can stand in a path.

use core::fmt;
use core::hash::{BuildHasher, Hasher};
use core::sync::atomic::{AtomicI64, Ordering};
use std::hash::RandomState;

use jiff::Timestamp;

/// The id of a run, such as `20261123T091502.123456Z-5e0c41d2`: its start in UTC, and eight random digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(String);

impl RunId {
    /// An id for a run that starts now. Ids of one process are strictly ascending, even if its clock steps back.
    pub(crate) fn now(now: Timestamp) -> Self {
        static LAST: AtomicI64 = AtomicI64::new(i64::MIN);
        let wanted = now.as_microsecond();
        let next = |last: i64| Some(wanted.max(last.saturating_add(1)));
        let last = LAST
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next)
            .unwrap_or(wanted);
        let micros = wanted.max(last.saturating_add(1));
        let time = Timestamp::from_microsecond(micros).unwrap_or(now);
        let mut random = RandomState::new().build_hasher();
        random.write_u32(std::process::id());
        #[allow(
            clippy::cast_possible_truncation,
            reason = "half of the random bits are enough"
        )]
        let tail = random.finish() as u32;
        Self(format!("{}-{tail:08x}", time.strftime("%Y%m%dT%H%M%S.%6fZ")))
    }

    /// The id of a run that started elsewhere.
    pub(crate) fn recorded(id: String) -> Self {
        Self(id)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::RunId;
    use jiff::{Span, Timestamp};

    #[test]
    fn run_ids_sort_by_time_even_when_the_clock_steps_back() {
        let start: Timestamp = "2026-11-23T09:15:02.5Z".parse().unwrap();
        let mut ids: Vec<String> = Vec::new();
        for step in [0, 0, 1, -5, 3, 1_000_000] {
            let now = start.checked_add(Span::new().microseconds(step)).unwrap();
            ids.push(RunId::now(now).to_string());
        }
        let mut sorted = ids.clone();
        sorted.sort();
        assert_eq!(ids, sorted);
        sorted.dedup();
        assert_eq!(sorted.len(), ids.len());
    }
}
