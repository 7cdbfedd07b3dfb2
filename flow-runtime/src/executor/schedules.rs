//! The ready queue and the countdown under many schedules of their threads: every node starts once, a fan-in after all of
//! its upstream, a retry once more, what stands on a shelf waits for no body, and the workers end.

use std::sync::Arc;

use jiff::Timestamp;
use shuttle::sync::atomic::{AtomicU32, Ordering};
use shuttle::sync::{Condvar, Mutex};
use shuttle::thread;

use super::countdown::Countdown;
use super::due::Due;
use super::queue::Queue;

const SCHEDULES: usize = 100_000;

/// Three nodes before a fan-in, and one after it; the second is repeated.
const DEPENDENTS: [&[usize]; 5] = [&[3], &[3], &[3], &[4], &[]];
const UPSTREAM: [u32; 5] = [0, 0, 0, 3, 1];
const REPEATED: usize = 1;
const LAST: usize = 4;

struct Run<A> {
    queue: Queue,
    arrive: A,
    started: [AtomicU32; 5],
}

/// A worker, as the pool's: takes what is ready, and hands on what that makes ready.
fn work<A: Fn(usize) -> bool>(run: &Run<A>) {
    let seat = run.queue.seat();
    let next = || {
        let shelved = run.queue.take(seat);
        shelved.or_else(|| run.queue.pop(seat).map(|popped| popped.node))
    };
    while let Some(node) = next() {
        let node = node as usize;
        let times = run.started[node].fetch_add(1, Ordering::SeqCst) + 1;
        if node == REPEATED && times == 1 {
            run.queue.push_at(1, Due::at(Timestamp::UNIX_EPOCH));
            continue;
        }
        for &next in DEPENDENTS[node] {
            if (run.arrive)(next) {
                run.queue.push(&[u32::try_from(next).expect("a small number")]);
            }
        }
        if node == LAST {
            run.queue.close();
        }
    }
}

fn model<A: Fn(usize) -> bool + Send + Sync + 'static>(arrive: A) {
    let run = Arc::new(Run {
        queue: Queue::new(),
        arrive,
        started: std::array::from_fn(|_| AtomicU32::new(0)),
    });
    run.queue.push(&[0, 1, 2]);
    let workers = [0, 1, 2].map(|_| {
        let run = Arc::clone(&run);
        thread::spawn(move || work(&run))
    });
    for worker in workers {
        worker.join().expect("a worker ends");
    }
    let started = run.started.each_ref().map(|count| count.load(Ordering::SeqCst));
    assert_eq!(started, [1, 2, 1, 1, 1]);
}

#[test]
fn a_fan_in_starts_once_under_random_schedules() {
    shuttle::check_random(
        || {
            let countdown = Countdown::new(UPSTREAM.into_iter());
            model(move |node| countdown.arrive(node));
        },
        SCHEDULES,
    );
}

#[test]
fn a_fan_in_starts_once_under_schedules_with_few_changes() {
    shuttle::check_pct(
        || {
            let countdown = Countdown::new(UPSTREAM.into_iter());
            model(move |node| countdown.arrive(node));
        },
        SCHEDULES / 4,
        3,
    );
}

/// A countdown that looks and then writes: two that arrive at once both count, or none.
#[test]
#[should_panic]
fn a_countdown_that_is_not_atomic_is_found_out() {
    shuttle::check_random(
        || {
            let counts = UPSTREAM.map(AtomicU32::new);
            model(move |node| {
                let left = counts[node].load(Ordering::SeqCst) - 1;
                counts[node].store(left, Ordering::SeqCst);
                left == 0
            });
        },
        SCHEDULES,
    );
}

/// Nodes that wait for nothing: enough for each of two workers to put some on its shelf.
const APART: u32 = 8;

/// Two workers with shelves. Whichever body begins first ends when all others have: none of them may wait for its worker.
fn shelves(steals: bool) {
    let queue = Arc::new(Queue::with_shelves(2));
    let (ended, changed) = (Mutex::new(0), Condvar::new());
    let shared = Arc::new((ended, changed, AtomicU32::new(0)));
    queue.push(&(0..APART).collect::<Vec<_>>());
    let workers = [0, 1].map(|_| {
        let (queue, shared) = (Arc::clone(&queue), Arc::clone(&shared));
        thread::spawn(move || {
            let (ended, changed, started) = &*shared;
            let seat = queue.seat();
            let next = || {
                let shelved = queue.take(seat);
                shelved.or_else(|| {
                    if steals {
                        return queue.pop(seat).map(|popped| popped.node);
                    }
                    queue.pop_without_stealing(seat)
                })
            };
            while next().is_some() {
                let is_first = started.fetch_add(1, Ordering::SeqCst) == 0;
                let mut ended = ended.lock().unwrap();
                while is_first && *ended + 1 < APART {
                    ended = changed.wait(ended).unwrap();
                }
                *ended += 1;
                changed.notify_all();
                if *ended == APART {
                    queue.close();
                }
            }
        })
    });
    for worker in workers {
        worker.join().expect("a worker ends");
    }
    assert_eq!(shared.2.load(Ordering::SeqCst), APART, "each starts once");
}

#[test]
fn what_stands_on_a_shelf_waits_for_no_body() {
    shuttle::check_random(|| shelves(true), SCHEDULES);
    shuttle::check_pct(|| shelves(true), SCHEDULES / 4, 3);
}

/// Workers that take nothing from the shelves of others.
#[test]
#[should_panic(expected = "deadlock")]
fn a_shelf_from_which_nobody_takes_is_found_out() {
    shuttle::check_random(|| shelves(false), SCHEDULES);
}
