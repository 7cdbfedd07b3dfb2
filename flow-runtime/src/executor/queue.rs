//! The nodes that are ready, those that are ready at a time, and the workers that wait for one.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::ops::RangeInclusive;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::due::Due;
use super::sync::{AtomicUsize, Condvar, Mutex, MutexGuard};

/// So many nodes a worker takes to its shelf at a time: fewer are not worth it, and more would save no more. Where schedules are
/// tried, few are enough.
const SHELVED: RangeInclusive<usize> = if cfg!(all(test, shuttle)) { 1..=32 } else { 4..=32 };

/// How long a worker waits at most before it looks at the clock again: clocks are set, machines sleep.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// A closable queue of nodes: first in first out, but for what is taken to shelves. In lines of the processor's cache of its own: whoever takes a node from it takes
/// from nobody what stands beside it.
///
/// Where bodies may be so short that its lock is what workers wait for, each worker takes some nodes at a time to a shelf of its
/// own. There they wait for nobody either: a worker that finds nothing elsewhere takes from the shelves of the others.
#[repr(align(128))]
pub(crate) struct Queue {
    inner: Mutex<Inner>,
    wake: Condvar,
    /// None where nodes are taken one by one. A shelf is locked by who has `inner`, or by who locks nothing else meanwhile.
    shelves: Box<[Shelf]>,
    seats: AtomicUsize,
}

/// What a worker has taken and not begun. A line of the cache of its own: it is the worker's, nearly always.
#[repr(align(128))]
struct Shelf(Mutex<VecDeque<u32>>);

/// A worker's place at a queue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seat(usize);

/// A node taken from the queue.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Popped {
    pub(crate) node: u32,
    /// Whether some were put on the worker's shelf.
    pub(crate) stocked: bool,
    /// Whether others wait for their time, and nobody with them.
    pub(crate) leaves_times: bool,
}

struct Inner {
    ready: VecDeque<u32>,
    /// Nodes that wait for their next attempt, the earliest first.
    later: BinaryHeap<Reverse<(Due, u32)>>,
    idle: usize,
    closed: bool,
    abandoned: bool,
}

impl Queue {
    /// One whose nodes are taken one by one.
    pub(crate) fn new() -> Self {
        Self::with_shelves(0)
    }

    /// One for so many workers, each with a shelf.
    pub(crate) fn with_shelves(workers: usize) -> Self {
        Self {
            shelves: (0..workers).map(|_| Shelf(Mutex::default())).collect(),
            seats: AtomicUsize::new(0),
            inner: Mutex::new(Inner {
                ready: VecDeque::new(),
                later: BinaryHeap::new(),
                idle: 0,
                closed: false,
                abandoned: false,
            }),
            wake: Condvar::new(),
        }
    }

    /// A place for another worker. There may be more workers than shelves, one after the other or at a time: then they share.
    pub(crate) fn seat(&self) -> Seat {
        Seat(self.seats.fetch_add(1, Ordering::Relaxed) % self.shelves.len().max(1))
    }

    /// Adds nodes; answers how many of them found no idle worker.
    pub(crate) fn push(&self, nodes: &[u32]) -> usize {
        let mut inner = self.lock();
        if inner.abandoned {
            return 0;
        }
        inner.ready.extend(nodes);
        let woken = inner.idle.min(nodes.len());
        let waiting = inner.ready.len().saturating_sub(inner.idle);
        drop(inner);
        for _ in 0..woken {
            self.wake.notify_one();
        }
        waiting
    }

    /// Adds a node that is ready at a time. No worker sleeps for it: the next that is idle then takes it. `false` if none is
    /// idle now.
    pub(crate) fn push_at(&self, node: u32, due: Due) -> bool {
        let mut inner = self.lock();
        if inner.abandoned {
            return true;
        }
        inner.later.push(Reverse((due, node)));
        let is_watched = inner.idle > 0;
        drop(inner);
        self.wake.notify_one();
        is_watched
    }

    /// Makes everything ready now: the run ends, and what waits is to be told.
    pub(crate) fn hurry(&self) {
        let mut inner = self.lock();
        let later = std::mem::take(&mut inner.later);
        inner
            .ready
            .extend(later.into_iter().map(|Reverse((_, node))| node));
        drop(inner);
        self.wake.notify_all();
    }

    /// The next node on the worker's shelf.
    pub(crate) fn take(&self, seat: Seat) -> Option<u32> {
        self.shelves.get(seat.0)?.lock().pop_front()
    }

    /// The next node, with some for the shelf; waits for one. `None` once the queue is closed and empty.
    pub(crate) fn pop(&self, seat: Seat) -> Option<Popped> {
        let mut inner = self.lock();
        loop {
            let due = inner.due();
            if let Some((node, stocked)) = self.serve(&mut inner, seat).or_else(|| self.steal(seat)) {
                let leaves_times = inner.idle == 0 && !inner.later.is_empty();
                return Some(Popped {
                    node,
                    stocked,
                    leaves_times,
                });
            }
            if inner.closed {
                return None;
            }
            inner.idle += 1;
            inner = match due {
                None => self.wake.wait(inner).unwrap_or_else(PoisonError::into_inner),
                Some(wait) => {
                    let waited = self.wake.wait_timeout(inner, wait.min(LOOK_AGAIN));
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
            inner.idle -= 1;
        }
    }

    /// The next node that is ready, and whether some that follow it were put on the shelf.
    fn serve(&self, inner: &mut Inner, seat: Seat) -> Option<(u32, bool)> {
        let node = inner.ready.pop_front()?;
        let Some(own) = self.shelves.get(seat.0) else {
            return Some((node, false));
        };
        // Half of what is a worker's share: the others come soon, and bodies are not alike.
        let count = inner.ready.len() / (2 * self.shelves.len());
        let stocked = count >= *SHELVED.start();
        if stocked {
            let count = count.min(*SHELVED.end());
            own.lock().extend(inner.ready.drain(..count));
        }
        Some((node, stocked))
    }

    /// As a queue would do it in which what a worker has taken is its own; for the test that this is found out.
    #[cfg(all(test, shuttle))]
    pub(crate) fn pop_without_stealing(&self, seat: Seat) -> Option<u32> {
        let mut inner = self.lock();
        loop {
            if let Some((node, _)) = self.serve(&mut inner, seat) {
                return Some(node);
            }
            if inner.closed {
                return None;
            }
            inner = self.wake.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Half of what another worker has on its shelf. Who calls it has the lock of the queue, so that it is done by one at a time,
    /// and nobody falls asleep beside a shelf that is being filled.
    fn steal(&self, seat: Seat) -> Option<(u32, bool)> {
        // What stands on the own shelf was put there by a worker that shares it.
        let order = (0..self.shelves.len()).map(|place| (seat.0 + place) % self.shelves.len());
        for place in order {
            let mut stolen = {
                let mut theirs = self.shelves[place].lock();
                let kept = theirs.len() / 2;
                theirs.split_off(kept)
            };
            if let Some(node) = stolen.pop_front() {
                let stocked = !stolen.is_empty();
                self.shelves[seat.0].lock().append(&mut stolen);
                return Some((node, stocked));
            }
        }
        None
    }

    /// Lets every worker go once the queue is empty.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_all();
    }

    /// Forgets what is ready, takes nothing more, and lets every worker go.
    pub(crate) fn abandon(&self) {
        let mut inner = self.lock();
        inner.ready.clear();
        for shelf in &self.shelves {
            shelf.lock().clear();
        }
        inner.later.clear();
        inner.abandoned = true;
        drop(inner);
        self.close();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn lock(&self) -> MutexGuard<'_, VecDeque<u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Makes ready what is due; how long it is to the next that is not.
    fn due(&mut self) -> Option<Duration> {
        while let Some(Reverse((due, node))) = self.later.peek().copied() {
            let left = due.left();
            if !left.is_zero() {
                // Never next to nothing: a worker would spin until the clock has moved.
                return Some(left.max(Duration::from_millis(1)));
            }
            self.later.pop();
            self.ready.push_back(node);
        }
        None
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::Queue;
    use crate::executor::due::Due;
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn what_is_ready_later_comes_in_the_order_of_its_time() {
        let queue = Queue::new();
        let seat = queue.seat();
        let now = Timestamp::now();
        queue.push_at(1, Due::at(now + SignedDuration::from_millis(40)));
        queue.push_at(2, Due::at(now + SignedDuration::from_millis(20)));
        queue.push_at(3, Due::at(now - SignedDuration::from_secs(1)));
        queue.push(&[4]);
        assert_eq!([4, 3].map(|_| queue.pop(seat).expect("ready").node), [4, 3]);
        assert_eq!(queue.pop(seat).map(|popped| popped.node), Some(2));
        assert!(Timestamp::now() >= now + SignedDuration::from_millis(20));
        assert_eq!(queue.pop(seat).map(|popped| popped.node), Some(1));
        assert!(Timestamp::now() >= now + SignedDuration::from_millis(40));
    }

    #[test]
    fn who_hurries_waits_for_nothing() {
        let queue = Queue::new();
        let seat = queue.seat();
        queue.push_at(1, Due::at(Timestamp::MAX));
        queue.hurry();
        assert_eq!(queue.pop(seat).map(|popped| popped.node), Some(1));
        queue.close();
        assert_eq!(queue.pop(seat), None);
    }

    #[test]
    fn what_is_on_a_shelf_is_the_next_workers_who_finds_nothing() {
        let queue = Queue::with_shelves(2);
        let seats = [queue.seat(), queue.seat()];
        // One more than there are shelves: it shares the first.
        let late = queue.seat();
        queue.push(&(0..40).collect::<Vec<_>>());
        let first = queue.pop(seats[0]).expect("ready");
        assert_eq!((first.node, first.stocked), (0, true));
        // A quarter of the 39 others.
        assert_eq!(queue.take(seats[0]), Some(1));
        let second = queue.pop(seats[1]).expect("ready");
        assert_eq!((second.node, second.stocked), (10, true));
        let mut taken = vec![0, 1, 10];
        // All that is left comes to the late one, whoever had taken it.
        while taken.len() < 40 {
            let next = queue.take(late);
            taken.extend(next.or_else(|| queue.pop(late).map(|popped| popped.node)));
        }
        taken.sort_unstable();
        assert_eq!(taken, (0..40).collect::<Vec<_>>());
        queue.close();
        assert_eq!(queue.pop(seats[0]), None);
    }

    #[test]
    fn a_few_nodes_are_taken_one_by_one() {
        let queue = Queue::with_shelves(2);
        let seat = queue.seat();
        queue.push(&[1, 2, 3, 4, 5, 6, 7]);
        let first = queue.pop(seat).expect("ready");
        assert_eq!((first.node, first.stocked), (1, false));
        assert_eq!(queue.take(seat), None);
    }

    #[test]
    fn who_abandons_forgets_what_is_on_shelves() {
        let queue = Queue::with_shelves(2);
        let seat = queue.seat();
        queue.push(&(0..40).collect::<Vec<_>>());
        assert!(queue.pop(seat).expect("ready").stocked);
        queue.abandon();
        assert_eq!(queue.take(seat), None);
        assert_eq!(queue.pop(seat), None);
    }
}
