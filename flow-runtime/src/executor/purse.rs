//! The budget of one slice, as its nodes spend it. A node reserves an attempt before it is known whether it needs one; what
//! it does not need goes to who waits for it, so that nothing is left undone that could be paid for.

use core::sync::atomic::{AtomicBool, Ordering};
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::budget::Budget;

/// What is left of a budget.
pub(crate) struct Purse {
    deadline: Option<Instant>,
    /// Whether an attempt has started: the first may start whatever the time.
    has_started: AtomicBool,
    line: Mutex<Line>,
}

struct Line {
    /// Attempts that nobody has reserved.
    free: u32,
    /// Attempts that somebody may turn out not to need.
    reserved: u32,
    /// Nodes that wait for one of these.
    waiting: VecDeque<u32>,
    /// Nodes that got one while they waited.
    admitted: BTreeSet<u32>,
}

/// Whether a node may attempt something.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Grant {
    /// It has an attempt, to use or to give back.
    Reserved,
    /// It gets one if somebody gives it back.
    Waits,
    /// There is none for it in this slice.
    Spent,
}

impl Purse {
    pub(crate) fn new(budget: &Budget, now: Instant) -> Self {
        Self {
            deadline: budget.deadline(now),
            has_started: AtomicBool::new(false),
            line: Mutex::new(Line {
                free: budget.tasks.unwrap_or(u32::MAX),
                reserved: 0,
                waiting: VecDeque::new(),
                admitted: BTreeSet::new(),
            }),
        }
    }

    /// How many attempts are free now.
    pub(crate) fn free(&self) -> usize {
        let line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        line.free as usize
    }

    /// When its time ends.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Asks for an attempt that may take as long as `timeout`. One that was given back to the node too late goes on to who
    /// waits behind it, and they are added to `ready`.
    pub(crate) fn enter(
        &self,
        node: u32,
        timeout: Option<Duration>,
        now: Instant,
        ready: &mut Vec<u32>,
    ) -> Grant {
        let mut line = self.lock();
        let was_admitted = line.admitted.remove(&node);
        if let Some(deadline) = self.deadline {
            let left = deadline.saturating_duration_since(now);
            let others = line.reserved - u32::from(was_admitted);
            let is_first = !self.has_started.load(Ordering::Relaxed) && others == 0;
            if !is_first && (left.is_zero() || timeout.is_some_and(|timeout| timeout > left)) {
                if was_admitted {
                    line.give_back(ready);
                }
                return Grant::Spent;
            }
        }
        if was_admitted {
            return Grant::Reserved;
        }
        if line.free > 0 {
            line.free -= 1;
            line.reserved += 1;
            return Grant::Reserved;
        }
        if line.reserved > 0 {
            line.waiting.push_back(node);
            return Grant::Waits;
        }
        Grant::Spent
    }

    /// A reserved attempt starts. Gives those who waited for it in vain, where it was the last.
    pub(crate) fn use_up(&self) -> Option<Vec<u32>> {
        self.has_started.store(true, Ordering::Relaxed);
        let mut line = self.lock();
        line.reserved -= 1;
        (line.free == 0 && line.reserved == 0).then(|| line.waiting.drain(..).collect())
    }

    /// A reserved attempt was not needed; who gets it is added to `ready`.
    pub(crate) fn give_back(&self, ready: &mut Vec<u32>) {
        self.lock().give_back(ready);
    }

    /// Lets everybody go who waits: the run ends, and they are to be told.
    pub(crate) fn open(&self, ready: &mut Vec<u32>) {
        ready.extend(self.lock().waiting.drain(..));
    }

    /// Whether it makes sense to make what only others need that have to be paid for.
    pub(crate) fn goes_on(&self, now: Instant) -> bool {
        !self.has_started.load(Ordering::Relaxed) || self.has_more(now)
    }

    /// Whether its time is over.
    pub(crate) fn is_late(&self, now: Instant) -> bool {
        self.deadline.is_some_and(|deadline| now >= deadline)
    }

    /// Whether another attempt could still start.
    pub(crate) fn has_more(&self, now: Instant) -> bool {
        let line = self.lock();
        line.free + line.reserved > 0 && !self.is_late(now)
    }

    fn lock(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn give_back(&mut self, ready: &mut Vec<u32>) {
        if let Some(node) = self.waiting.pop_front() {
            self.admitted.insert(node);
            ready.push(node);
        } else {
            self.reserved -= 1;
            self.free += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Grant, Purse};
    use crate::budget::Budget;

    const SECOND: Duration = Duration::from_secs(1);

    fn enter(purse: &Purse, node: u32, timeout: Option<Duration>, now: Instant) -> Grant {
        let mut ready = Vec::new();
        let grant = purse.enter(node, timeout, now, &mut ready);
        assert!(ready.is_empty(), "nobody waits for it");
        grant
    }

    #[test]
    fn so_many_attempts_start_and_no_more() {
        let now = Instant::now();
        let purse = Purse::new(&Budget::tasks(2), now);
        assert_eq!(enter(&purse, 0, None, now), Grant::Reserved);
        assert_eq!(purse.use_up(), None);
        assert_eq!(enter(&purse, 1, None, now), Grant::Reserved);
        // The last is reserved: it may be given back.
        assert_eq!(enter(&purse, 2, None, now), Grant::Waits);
        assert_eq!(purse.use_up(), Some(vec![2]));
        assert_eq!(enter(&purse, 2, None, now), Grant::Spent);
        assert!(!purse.has_more(now));
    }

    #[test]
    fn what_is_given_back_goes_to_who_waits_longest() {
        let now = Instant::now();
        let purse = Purse::new(&Budget::tasks(1), now);
        assert_eq!(enter(&purse, 0, None, now), Grant::Reserved);
        assert_eq!(enter(&purse, 1, None, now), Grant::Waits);
        assert_eq!(enter(&purse, 2, None, now), Grant::Waits);
        let mut ready = Vec::new();
        purse.give_back(&mut ready);
        assert_eq!(ready, [1]);
        assert_eq!(enter(&purse, 1, None, now), Grant::Reserved);
        assert_eq!(purse.use_up(), Some(vec![2]));
    }

    #[test]
    fn nothing_starts_after_the_time_but_the_first() {
        let now = Instant::now();
        let purse = Purse::new(&Budget::time(SECOND), now);
        let late = now + 2 * SECOND;
        assert_eq!(enter(&purse, 0, None, late), Grant::Reserved);
        assert_eq!(enter(&purse, 1, None, late), Grant::Spent);
        assert_eq!(purse.use_up(), None);
        assert_eq!(enter(&purse, 1, None, late), Grant::Spent);
        assert_eq!(enter(&purse, 1, None, now), Grant::Reserved);
    }

    #[test]
    fn what_may_take_longer_than_is_left_does_not_start() {
        let now = Instant::now();
        let purse = Purse::new(&Budget::time(10 * SECOND), now);
        assert_eq!(enter(&purse, 0, Some(10 * SECOND), now), Grant::Reserved);
        assert_eq!(purse.use_up(), None);
        let later = now + 4 * SECOND;
        assert_eq!(enter(&purse, 1, Some(7 * SECOND), later), Grant::Spent);
        assert_eq!(enter(&purse, 2, Some(6 * SECOND), later), Grant::Reserved);
        assert_eq!(enter(&purse, 3, None, later), Grant::Reserved);
    }

    #[test]
    fn what_is_given_back_too_late_starts_nothing_and_leaves_nobody_behind() {
        let now = Instant::now();
        let late = now + 2 * SECOND;
        let purse = Purse::new(&Budget::time(SECOND).and_tasks(2), now);
        assert_eq!(enter(&purse, 0, None, now), Grant::Reserved);
        assert_eq!(enter(&purse, 1, None, now), Grant::Reserved);
        assert_eq!(purse.use_up(), None);
        assert_eq!(enter(&purse, 2, None, now), Grant::Waits);
        assert_eq!(enter(&purse, 3, None, now), Grant::Waits);
        let mut ready = Vec::new();
        purse.give_back(&mut ready);
        assert_eq!(ready, [2]);
        ready.clear();
        assert_eq!(purse.enter(2, None, late, &mut ready), Grant::Spent);
        assert_eq!(ready, [3], "it is told too");
        assert_eq!(enter(&purse, 3, None, late), Grant::Spent);
    }
}
