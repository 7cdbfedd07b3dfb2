//! Runs that are stopped, or overtaken by the time, while bodies run: what runs runs to its end, and nothing outlives the run
//! but what is stuck.

use core::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use crate::handle::Switch;
use crate::store::wait;
use crate::{Context, Run, Runner, StateType, flow, task};

/// What the bodies of a flow and its test tell each other.
struct Told {
    started: AtomicBool,
    released: AtomicBool,
}

impl Told {
    const fn new() -> Self {
        Self {
            started: AtomicBool::new(false),
            released: AtomicBool::new(false),
        }
    }

    /// Stops the runs of the switch once a body has started, and lets that go on then.
    fn stop_once_started(&'static self, switch: &Switch) -> thread::JoinHandle<()> {
        let switch = switch.clone();
        thread::spawn(move || {
            until(&self.started);
            switch.stop("a test");
            self.released.store(true, SeqCst);
        })
    }

    /// An async body that ends once it is released.
    async fn waits(&self) -> u32 {
        self.started.store(true, SeqCst);
        while !self.released.load(SeqCst) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // Whoever drops what waits has time to do so.
        tokio::time::sleep(Duration::from_millis(20)).await;
        7
    }
}

fn until(flag: &AtomicBool) {
    let start = Instant::now();
    while !flag.load(SeqCst) {
        assert!(start.elapsed() < Duration::from_mins(1), "it never happens");
        thread::sleep(Duration::from_millis(1));
    }
}

fn kinds<F: crate::Flow>(run: &Run<F>) -> Vec<StateType> {
    run.nodes().map(|(_, state)| state.kind).collect()
}

static PLAIN: Told = Told::new();
static TIMED: Told = Told::new();
static INSIDE: Told = Told::new();

#[task]
async fn plain() -> u32 {
    PLAIN.waits().await
}

#[task(timeout = "1h")]
async fn timed() -> u32 {
    TIMED.waits().await
}

#[task(timeout = "1h")]
async fn inside() -> u32 {
    INSIDE.waits().await
}

#[task]
fn next(x: u32) -> u32 {
    x + 1
}

/// What a run comes to in which the body has ended, and nothing has followed it.
const ENDED: [StateType; 2] = [StateType::Success, StateType::Pending];

#[test]
fn what_runs_when_a_run_is_stopped_runs_to_its_end() {
    let switch = Switch::default();
    let stopper = PLAIN.stop_once_started(&switch);
    let runner = Runner::in_memory().stopped_by(&switch);
    let run = runner.run_to_end(flow! { a = plain(); b = next(a); }).unwrap();
    assert_eq!(kinds(&run), ENDED);
    stopper.join().unwrap();

    let switch = Switch::default();
    let stopper = TIMED.stop_once_started(&switch);
    let runner = Runner::in_memory().stopped_by(&switch);
    let run = runner.run_to_end(flow! { a = timed(); b = next(a); }).unwrap();
    assert_eq!(kinds(&run), ENDED);
    stopper.join().unwrap();

    let switch = Switch::default();
    let stopper = INSIDE.stop_once_started(&switch);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let runner = Runner::in_memory().stopped_by(&switch);
    let f = flow! { a = inside(); b = next(a); };
    let error = runtime.block_on(runner.run_async(f)).unwrap_err();
    assert_eq!(kinds(&error.into_run().unwrap()), ENDED);
    stopper.join().unwrap();
}

static STUCK: Told = Told::new();

#[task(timeout = "50ms")]
async fn sticks() -> u32 {
    tokio::task::yield_now().await;
    STUCK.started.store(true, SeqCst);
    until(&STUCK.released);
    1
}

#[test]
fn a_run_that_is_stopped_does_not_wait_for_a_body_that_is_stuck() {
    let switch = Switch::default();
    let also = switch.clone();
    let stopper = thread::spawn(move || {
        until(&STUCK.started);
        also.stop("a test");
    });
    let run = Runner::in_memory()
        .stopped_by(&switch)
        .run_to_end(flow! { a = sticks(); b = next(a); });
    STUCK.released.store(true, SeqCst);
    stopper.join().unwrap();
    // It would have been TimedOut, and a run that stops leaves that to whoever goes on with it.
    assert_eq!(kinds(&run.unwrap()), [StateType::Pending; 2]);
}

/// Returns just as its time is over.
#[task(timeout = "30ms")]
fn returns_at_its_deadline(cx: &Context) -> u32 {
    while !cx.is_cancelled() {
        core::hint::spin_loop();
    }
    thread::sleep(Duration::from_millis(2));
    1
}

#[test]
fn a_run_does_not_end_while_another_thread_takes_over() {
    // It takes longer to take over than the body takes to return.
    super::takeover::SLOWLY.store(true, SeqCst);
    let run = Runner::in_memory()
        .jobs(1)
        .run_to_end(flow! { a = returns_at_its_deadline(); b = next(a); })
        .unwrap();
    super::takeover::SLOWLY.store(false, SeqCst);
    assert_eq!(kinds(&run), [StateType::TimedOut, StateType::TriggerFailed]);
}

#[task]
async fn passes(x: u32) -> u32 {
    tokio::task::yield_now().await;
    x
}

#[task(trigger = all_finished)]
async fn follows() {
    tokio::task::yield_now().await;
}

#[test]
fn what_follows_when_the_runtime_is_gone_ends_one_by_one() {
    static HELD: Told = Told::new();

    #[task]
    fn holds() -> u32 {
        HELD.started.store(true, SeqCst);
        until(&HELD.released);
        1
    }

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let handle = runtime.handle().clone();
    let stopper = thread::spawn(move || {
        until(&HELD.started);
        drop(runtime);
        HELD.released.store(true, SeqCst);
    });
    let _entered = handle.enter();
    let f = flow! {
        a = holds(); b = passes(a);
        c = follows(upstream: [b]); d = follows(upstream: [c]); e = follows(upstream: [d]);
    };
    let error = wait(Runner::in_memory().run_async(f)).unwrap_err();
    stopper.join().unwrap();
    let run = error.into_run().unwrap();
    assert_eq!(kinds(&run)[..2], [StateType::Success, StateType::Cancelled]);
    assert_eq!(kinds(&run)[2..], [StateType::Cancelled; 3]);
}
