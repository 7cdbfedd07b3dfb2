//! Nodes in whose bodies a process of the run has died: each runs alone. When several ran, nobody knows whose body it was;
//! alone, only the one that does it again is to blame, and the others go on.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

/// Who runs in a run that has suspects.
pub(super) struct Suspects {
    suspects: BTreeSet<u32>,
    line: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    /// How many run; one, where that is a suspect.
    running: usize,
    /// Whether a suspect does.
    alone: bool,
    waiting: VecDeque<u32>,
    /// Nodes that were let in while they waited.
    admitted: BTreeSet<u32>,
}

impl Suspects {
    /// `None` where there are none.
    pub(super) fn new(suspects: impl IntoIterator<Item = u32>) -> Option<Self> {
        let suspects: BTreeSet<u32> = suspects.into_iter().collect();
        (!suspects.is_empty()).then(|| Self {
            suspects,
            line: Mutex::default(),
        })
    }

    /// Whether the node may run now; if not, [`leave`](Self::leave) gives it to whoever makes room.
    pub(super) fn enter(&self, node: u32) -> bool {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if line.admitted.remove(&node) {
            return true;
        }
        // Nobody passes who waits.
        if line.waiting.is_empty() && line.admits(self.suspects.contains(&node)) {
            return true;
        }
        line.waiting.push_back(node);
        false
    }

    /// A node that was let in does not run any more; adds those that may run now to `ready`.
    pub(super) fn leave(&self, ready: &mut Vec<u32>) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        line.running -= 1;
        line.alone = false;
        while let Some(&node) = line.waiting.front() {
            if !line.admits(self.suspects.contains(&node)) {
                return;
            }
            line.waiting.pop_front();
            line.admitted.insert(node);
            ready.push(node);
        }
    }

    /// Lets everybody in who waits: the run ends, and they are to be told.
    pub(super) fn open(&self, ready: &mut Vec<u32>) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        ready.extend(std::mem::take(&mut line.waiting));
    }
}

impl Line {
    fn admits(&mut self, is_suspect: bool) -> bool {
        let admits = !self.alone && (!is_suspect || self.running == 0);
        if admits {
            self.running += 1;
            self.alone = is_suspect;
        }
        admits
    }
}

#[cfg(test)]
mod tests {
    use super::Suspects;

    fn left(suspects: &Suspects) -> Vec<u32> {
        let mut ready = Vec::new();
        suspects.leave(&mut ready);
        ready
    }

    #[test]
    fn a_suspect_runs_alone_and_nobody_passes_who_waits() {
        assert!(Suspects::new([]).is_none());
        let suspects = Suspects::new([2, 5]).unwrap();
        assert!(suspects.enter(0) && suspects.enter(1));
        for waits in [2, 3, 4, 5, 6] {
            assert!(!suspects.enter(waits));
        }
        assert!(left(&suspects).is_empty());
        assert_eq!(left(&suspects), [2]);
        assert!(suspects.enter(2));
        // The two behind it run together, and the next suspect waits for both.
        assert_eq!(left(&suspects), [3, 4]);
        assert!(suspects.enter(3) && suspects.enter(4));
        assert!(left(&suspects).is_empty());
        assert_eq!(left(&suspects), [5]);
        assert!(suspects.enter(5));
        assert_eq!(left(&suspects), [6]);
    }

    #[test]
    fn who_waits_is_let_in_when_the_run_ends() {
        let suspects = Suspects::new([1]).unwrap();
        let mut ready = Vec::new();
        assert!(suspects.enter(1) && !suspects.enter(0));
        suspects.open(&mut ready);
        assert_eq!(ready, [0]);
    }
}
