//! Which of the many things that bodies say of their progress are shown: a body may say something for every row.

use core::time::Duration;
use std::collections::HashMap;
use std::time::Instant;

/// A body that runs is shown no more often than this.
const OFTEN: Duration = Duration::from_secs(1);

/// How far the bodies are that run, as far as it has been shown.
#[derive(Default)]
pub(super) struct Progress {
    running: HashMap<&'static str, Shown>,
}

struct Shown {
    since: Instant,
    at: Instant,
    /// What was shown last.
    percent: Option<String>,
}

impl Progress {
    /// An attempt of a node starts.
    pub(super) fn started(&mut self, node: &'static str, now: Instant) {
        let shown = Shown {
            since: now,
            at: now,
            percent: None,
        };
        self.running.insert(node, shown);
    }

    /// It has ended.
    pub(super) fn ended(&mut self, node: &'static str) {
        self.running.remove(node);
    }

    /// What to show of a body that says it is `done` from 0 to 1: for how long it runs, and its whole percents. Nothing where
    /// that would be too often, or nothing new.
    pub(super) fn said(&mut self, node: &'static str, done: f64, now: Instant) -> Option<(Duration, String)> {
        let shown = self.running.get_mut(node)?;
        if now.saturating_duration_since(shown.at) < OFTEN {
            return None;
        }
        // Down, so that only what is done is 100 %; but 0.29 * 100 is less than 29.
        let percent = format!("{:.0} %", (done * 100.0 + 1e-9).floor());
        if shown.percent.as_ref() == Some(&percent) {
            return None;
        }
        shown.at = now;
        shown.percent = Some(percent.clone());
        Some((now.saturating_duration_since(shown.since), percent))
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;
    use std::time::Instant;

    use super::Progress;

    #[test]
    fn a_body_is_shown_once_a_second_where_it_has_come_further() {
        let begin = Instant::now();
        let at = |millis| begin + Duration::from_millis(millis);
        let mut progress = Progress::default();
        assert_eq!(progress.said("a", 0.5, at(0)), None, "it has not started");
        progress.started("a", at(0));
        let table = [
            (999, 0.1, None),
            (1000, 0.29, Some("29 %")),
            (1500, 0.5, None),
            (2000, 0.2999, None),
            (2100, 0.3, Some("30 %")),
            (9000, 0.999, Some("99 %")),
            (10_000, 1.0, Some("100 %")),
            (11_000, 0.0, Some("0 %")),
        ];
        for (millis, done, shown) in table {
            let said = progress.said("a", done, at(millis));
            let wanted = shown.map(|percent| (Duration::from_millis(millis), percent.to_owned()));
            assert_eq!(said, wanted, "{done} after {millis} ms");
        }
        // Another attempt begins anew.
        progress.ended("a");
        assert_eq!(progress.said("a", 0.5, at(20_000)), None);
        progress.started("a", at(20_000));
        let again = progress.said("a", 0.0, at(21_000));
        assert_eq!(again, Some((Duration::from_secs(1), "0 %".to_owned())));
    }
}
