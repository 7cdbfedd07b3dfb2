use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

/// How many children of one `for` run at a time. Those that are ready beside them stand in a line, of which nobody looks
/// at more than the head.
pub(crate) struct Throttle(Mutex<Line>);

struct Line {
    free: usize,
    waiting: VecDeque<u32>,
    /// Children that were let in while they waited.
    admitted: BTreeSet<u32>,
}

impl Throttle {
    pub(super) fn new(at_most: usize) -> Self {
        Self(Mutex::new(Line {
            free: at_most,
            waiting: VecDeque::new(),
            admitted: BTreeSet::new(),
        }))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts all of `ready` in the line, and leaves in it those that may run now.
    pub(super) fn line_up(&self, ready: &mut Vec<u32>) {
        let mut line = self.lock();
        line.waiting.extend(ready.drain(..));
        line.admit(ready);
    }

    /// Whether the child may run now; if not, [`leave`](Self::leave) gives it to whoever makes room.
    pub(crate) fn enter(&self, child: u32) -> bool {
        let mut line = self.lock();
        if line.admitted.remove(&child) {
            return true;
        }
        if line.waiting.is_empty() && line.free > 0 {
            line.free -= 1;
            return true;
        }
        line.waiting.push_back(child);
        false
    }

    /// A child that was let in does not run any more; adds those that may run now to `ready`.
    pub(crate) fn leave(&self, ready: &mut Vec<u32>) {
        let mut line = self.lock();
        line.free += 1;
        line.admit(ready);
    }

    /// Lets everybody in who waits: the run ends, and they are to be told.
    pub(crate) fn open(&self, ready: &mut Vec<u32>) {
        let mut line = self.lock();
        ready.extend(std::mem::take(&mut line.waiting));
    }
}

impl Line {
    fn admit(&mut self, ready: &mut Vec<u32>) {
        while self.free > 0
            && let Some(child) = self.waiting.pop_front()
        {
            self.free -= 1;
            self.admitted.insert(child);
            ready.push(child);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Throttle;

    #[test]
    fn so_many_run_and_the_others_stand_in_line() {
        let throttle = Throttle::new(2);
        let mut ready = vec![10, 11, 12, 13];
        throttle.line_up(&mut ready);
        assert_eq!(ready, [10, 11]);
        assert!(throttle.enter(10) && throttle.enter(11));
        // Nobody passes who waits.
        assert!(!throttle.enter(14));
        let left = || {
            let mut ready = Vec::new();
            throttle.leave(&mut ready);
            ready
        };
        assert_eq!(left(), [12]);
        assert_eq!(left(), [13]);
        assert!(throttle.enter(12) && throttle.enter(13));
        assert_eq!(left(), [14]);
        assert!(throttle.enter(14));
        assert_eq!(left(), [0; 0]);
        assert!(throttle.enter(15), "there is room");
    }

    #[test]
    fn when_the_run_ends_everybody_is_told() {
        let throttle = Throttle::new(1);
        let mut ready = vec![1, 2, 3];
        throttle.line_up(&mut ready);
        let mut told = Vec::new();
        throttle.open(&mut told);
        assert_eq!((ready, told), (vec![1], vec![2, 3]));
    }
}
