//! The ready queue and the countdown under many schedules of their threads: every node starts once, a fan-in after all of
//! its upstream, a retry once more, and the workers end.

use std::sync::Arc;

use jiff::Timestamp;
use shuttle::sync::atomic::{AtomicU32, Ordering};
use shuttle::thread;

use super::countdown::Countdown;
use super::due::Due;
use super::queue::{Popped, Queue};

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
    while let Some(Popped { node, .. }) = run.queue.pop() {
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
