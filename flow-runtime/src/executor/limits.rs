//! Concurrency by tag: how many nodes with a tag run at a time. A node takes all its tags at once or waits in line, so
//! that no two nodes wait for each other; the line is served in its order, so that none waits for ever.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

/// The limits of one run.
pub(crate) struct Limits {
    /// How many may run, by tag.
    most: BTreeMap<String, usize>,
    line: Mutex<Line>,
}

struct Line {
    /// How many more may run, by tag.
    free: BTreeMap<String, usize>,
    waiting: VecDeque<(u32, Tags)>,
    /// Nodes that were let in while they waited.
    admitted: BTreeSet<u32>,
}

type Tags = &'static [&'static str];

impl Limits {
    /// `None` where nothing is limited.
    pub(crate) fn new(limits: &[(String, usize)]) -> Option<Self> {
        (!limits.is_empty()).then(|| Self {
            most: limits.iter().cloned().collect(),
            line: Mutex::new(Line {
                free: limits.iter().cloned().collect(),
                waiting: VecDeque::new(),
                admitted: BTreeSet::new(),
            }),
        })
    }

    /// How many nodes with these tags can run at a time; `None` for any number. So many children of a `for` stand in the line,
    /// which is looked through as a whole.
    pub(crate) fn most(&self, tags: Tags) -> Option<usize> {
        tags.iter().filter_map(|tag| self.most.get(*tag).copied()).min()
    }

    /// Whether the node may run now; if not, [`leave`](Self::leave) gives it to whoever makes room.
    pub(crate) fn enter(&self, node: u32, tags: Tags) -> bool {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if tags.is_empty() || line.admitted.remove(&node) {
            return true;
        }
        let is_behind = line.waiting.iter().any(|(_, waiting)| {
            let mut same = waiting.iter().filter(|tag| tags.contains(tag));
            same.any(|tag| line.free.contains_key(*tag))
        });
        if !is_behind && line.take(tags) {
            return true;
        }
        line.waiting.push_back((node, tags));
        false
    }

    /// A node that ran does not any more; adds those that may run now to `ready`.
    pub(crate) fn leave(&self, tags: Tags, ready: &mut Vec<u32>) {
        if tags.is_empty() {
            return;
        }
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        for tag in distinct(tags) {
            if let Some(free) = line.free.get_mut(tag) {
                *free += 1;
            }
        }
        let waiting = std::mem::take(&mut line.waiting);
        let mut wanted: BTreeSet<&str> = BTreeSet::new();
        for (node, tags) in waiting {
            // What stands further back does not pass who waits for the same tag.
            if !tags.iter().any(|tag| wanted.contains(tag)) && line.take(tags) {
                line.admitted.insert(node);
                ready.push(node);
            } else {
                wanted.extend(tags.iter().filter(|tag| line.free.contains_key(**tag)));
                line.waiting.push_back((node, tags));
            }
        }
    }

    /// Lets everybody in who waits: the run ends, and they are to be told.
    pub(crate) fn open(&self, ready: &mut Vec<u32>) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = std::mem::take(&mut line.waiting);
        ready.extend(waiting.into_iter().map(|(node, _)| node));
    }
}

impl Line {
    /// Takes all of `tags` or none.
    fn take(&mut self, tags: Tags) -> bool {
        let is_full = |tag: &&str| self.free.get(*tag).is_some_and(|free| *free == 0);
        if tags.iter().any(is_full) {
            return false;
        }
        for tag in distinct(tags) {
            if let Some(free) = self.free.get_mut(tag) {
                *free -= 1;
            }
        }
        true
    }
}

/// Each tag once: a spec that was made by hand may repeat one.
fn distinct(tags: Tags) -> impl Iterator<Item = &'static str> {
    let is_first = move |(place, tag): &(usize, &&'static str)| !tags[..*place].contains(*tag);
    tags.iter().enumerate().filter(is_first).map(|(_, tag)| *tag)
}

#[cfg(test)]
mod tests {
    use super::Limits;

    fn limits(of: &[(&str, usize)]) -> Limits {
        let of: Vec<_> = of.iter().map(|(tag, most)| ((*tag).to_owned(), *most)).collect();
        Limits::new(&of).expect("there are limits")
    }

    fn left(limits: &Limits, tags: &'static [&'static str]) -> Vec<u32> {
        let mut ready = Vec::new();
        limits.leave(tags, &mut ready);
        ready
    }

    #[test]
    fn at_most_as_many_as_allowed_run_and_the_line_is_served_in_order() {
        let limits = limits(&[("db", 2)]);
        assert!(limits.enter(0, &["db"]) && limits.enter(1, &["db"]));
        assert!(!limits.enter(2, &["db"]) && !limits.enter(3, &["db"]));
        assert!(limits.enter(4, &["net"]) && limits.enter(5, &[]));
        assert_eq!(left(&limits, &["db"]), [2]);
        assert!(limits.enter(2, &["db"]), "it was let in");
        assert_eq!(left(&limits, &["db"]), [3]);
        assert_eq!(left(&limits, &["net"]), [0; 0]);
    }

    #[test]
    fn two_tags_are_taken_at_once_and_nobody_passes_who_waits_for_one() {
        let limits = limits(&[("a", 1), ("b", 1)]);
        assert!(limits.enter(0, &["a"]));
        assert!(!limits.enter(1, &["a", "b"]), "it holds neither");
        assert!(!limits.enter(2, &["b"]), "or 1 could wait for ever");
        assert_eq!(left(&limits, &["a"]), [1]);
        assert!(limits.enter(1, &["a", "b"]));
        assert_eq!(left(&limits, &["a", "b"]), [2]);
    }

    #[test]
    fn a_tag_that_is_named_twice_is_taken_once() {
        let limits = Limits::new(&[("db".to_owned(), 1)]).unwrap();
        let mut ready = Vec::new();
        assert!(limits.enter(1, &["db", "db"]));
        assert!(!limits.enter(2, &["db"]));
        limits.leave(&["db", "db"], &mut ready);
        assert_eq!(ready, [2]);
        assert!(limits.enter(2, &["db"]));
        assert!(!limits.enter(3, &["db", "db"]));
    }

    #[test]
    fn nobody_waits_for_a_tag_that_is_not_limited() {
        let limits = Limits::new(&[("db".to_owned(), 1)]).unwrap();
        assert!(limits.enter(1, &["db"]));
        assert!(!limits.enter(2, &["db", "nightly"]));
        assert!(limits.enter(3, &["nightly"]));
    }
}
