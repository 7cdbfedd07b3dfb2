//! Bodies that keep their thread, their time and their errors to themselves: nothing else waits for them.

use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use flow_runtime::{Context, Runner, StateType, flow, task};

/// Longer than anything here takes, and than anybody would wait.
const MOST: Duration = Duration::from_mins(1);

fn kinds<F: flow_runtime::Flow>(run: &flow_runtime::Run<F>) -> Vec<StateType> {
    run.nodes().map(|(_, state)| state.kind).collect()
}

fn until(flag: &AtomicBool) {
    let start = Instant::now();
    while !flag.load(Ordering::SeqCst) && start.elapsed() < MOST {
        thread::sleep(Duration::from_millis(1));
    }
}

mod blocking {
    use super::*;

    pub(super) static RELEASED: AtomicBool = AtomicBool::new(false);

    #[task(timeout = "20ms")]
    pub(super) async fn blocks() {
        tokio::task::yield_now().await;
        until(&RELEASED);
    }

    #[task]
    pub(super) async fn waits() -> u32 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        tokio::spawn(async { 7 }).await.unwrap()
    }

    #[task]
    pub(super) fn plain(x: u32) -> u32 {
        x + 1
    }
}

#[test]
fn async_bodies_that_never_yield_keep_no_other_from_running() {
    use blocking::*;
    // More of them than there are threads for async bodies.
    let f = flow! {
        a = blocks(); b = blocks(); c = blocks(); d = blocks(); e = blocks(); g = blocks(); h = blocks(); i = blocks();
        j = waits(); k = plain(j); k
    };
    let run = Runner::in_memory().jobs(2).run_to_end(f).unwrap();
    RELEASED.store(true, Ordering::SeqCst);
    let kinds = kinds(&run);
    assert_eq!(kinds[..8], [StateType::TimedOut; 8]);
    assert_eq!(kinds[8..], [StateType::Success; 2]);
    assert_eq!(*run.output(), 8);
}

mod beside {
    use super::*;

    pub(super) static RELEASED: AtomicBool = AtomicBool::new(false);

    #[task(timeout = "20ms")]
    pub(super) async fn blocks() {
        tokio::task::yield_now().await;
        until(&RELEASED);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_caller_with_one_thread_is_not_kept_by_a_body_that_never_yields() {
    use beside::*;
    let run = Runner::in_memory().run_async(flow! { a = blocks(); }).await;
    RELEASED.store(true, Ordering::SeqCst);
    let run = run.expect_err("it has timed out").into_run().unwrap();
    assert_eq!(kinds(&run), [StateType::TimedOut]);
}

#[test]
fn a_panic_after_the_time_is_over_has_timed_out() {
    #[task(timeout = "10ms")]
    fn panics(cx: &Context) -> u32 {
        while !cx.is_cancelled() {
            thread::yield_now();
        }
        panic!("too late");
    }

    #[task(timeout = "10ms")]
    async fn panics_too(cx: &Context) -> u32 {
        while !cx.is_cancelled() {
            tokio::task::yield_now().await;
        }
        panic!("too late");
    }

    let run = Runner::in_memory()
        .run_to_end(flow! { a = panics(); b = panics_too(); })
        .unwrap();
    assert_eq!(kinds(&run), [StateType::TimedOut; 2]);
}

mod retrying {
    use super::*;

    pub(super) static AGAIN: Mutex<Option<mpsc::Sender<()>>> = Mutex::new(None);
    pub(super) static WAITS: Mutex<Option<mpsc::Receiver<()>>> = Mutex::new(None);

    #[task(retries = 1, retry_delay = "2ms")]
    pub(super) async fn flaky(cx: &Context) -> Result<u32, String> {
        if cx.attempt() == 1 {
            return Err("not yet".to_owned());
        }
        tokio::task::yield_now().await;
        AGAIN.lock().unwrap().take().unwrap().send(()).unwrap();
        Ok(2)
    }

    #[task]
    pub(super) fn holds_the_worker() -> Result<(), mpsc::RecvTimeoutError> {
        WAITS.lock().unwrap().take().unwrap().recv_timeout(MOST)
    }
}

#[test]
fn an_async_node_needs_no_free_worker_for_its_next_attempt() {
    use retrying::*;
    let (again, waits) = mpsc::channel();
    *AGAIN.lock().unwrap() = Some(again);
    *WAITS.lock().unwrap() = Some(waits);
    let run = Runner::in_memory()
        .jobs(1)
        .run(flow! { a = flaky(); b = holds_the_worker(); a })
        .unwrap();
    assert_eq!(*run.output(), 2);
}

mod chained {
    use super::*;

    pub(super) static DONE: AtomicBool = AtomicBool::new(false);

    #[task]
    pub(super) async fn first() -> u32 {
        tokio::time::sleep(Duration::from_millis(1)).await;
        1
    }

    #[task]
    pub(super) async fn second(x: u32) -> u32 {
        tokio::task::yield_now().await;
        DONE.store(true, Ordering::SeqCst);
        x + 1
    }

    #[task]
    pub(super) fn holds_the_worker() -> bool {
        until(&DONE);
        DONE.load(Ordering::SeqCst)
    }
}

#[test]
fn an_async_node_needs_no_free_worker_to_start() {
    use chained::*;
    let run = Runner::in_memory()
        .jobs(1)
        .run(flow! { a = first(); b = second(a); c = holds_the_worker(); c })
        .unwrap();
    assert!(*run.output(), "`b` has waited for the worker");
}

mod late {
    use super::*;

    pub(super) static SECOND: AtomicBool = AtomicBool::new(false);
    pub(super) static REFUSED: AtomicBool = AtomicBool::new(false);
    pub(super) static SAID: AtomicBool = AtomicBool::new(false);

    /// The first attempt leaves its details when the second one has begun.
    #[task(retries = 1, timeout = "50ms")]
    pub(super) fn leaves_late(cx: &Context) -> u32 {
        if cx.attempt() == 1 {
            until(&SECOND);
            REFUSED.store(cx.set_details(&1_u32).is_err(), Ordering::SeqCst);
            cx.progress(1.0);
            SAID.store(true, Ordering::SeqCst);
            return 0;
        }
        SECOND.store(true, Ordering::SeqCst);
        until(&SAID);
        cx.details::<u32>().unwrap().unwrap_or(100)
    }
}

#[test]
fn an_abandoned_attempt_leaves_nothing_to_the_next_one() {
    use late::*;
    let run = Runner::in_memory()
        .run(flow! { #[node(timeout = "200ms")] a = leaves_late(); a })
        .unwrap();
    assert_eq!(*run.output(), 100);
    assert!(REFUSED.load(Ordering::SeqCst));
}

/// An error that is its own cause.
#[derive(Debug)]
struct Endless;

impl fmt::Display for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("round and round")
    }
}

impl Error for Endless {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self)
    }
}

#[test]
fn an_error_that_is_its_own_cause_is_told_and_not_followed_for_ever() {
    #[task]
    fn loops() -> Result<u32, Endless> {
        Err(Endless)
    }
    let run = Runner::in_memory().run_to_end(flow! { a = loops(); }).unwrap();
    assert_eq!(kinds(&run), [StateType::Failed]);
    let report = run.report().unwrap();
    assert!(report.contains("round and round"), "{report}");
    assert!(report.len() < 10_000, "{} bytes", report.len());
}

#[test]
fn the_time_of_every_attempt_is_its_own() {
    static ATTEMPTS: AtomicU32 = AtomicU32::new(0);

    #[task(timeout = "30ms", retries = 2)]
    async fn never() -> u32 {
        ATTEMPTS.fetch_add(1, Ordering::SeqCst);
        std::future::pending().await
    }
    let begun = Instant::now();
    let run = Runner::in_memory().run_to_end(flow! { a = never(); }).unwrap();
    assert_eq!(kinds(&run), [StateType::TimedOut]);
    assert_eq!(ATTEMPTS.load(Ordering::SeqCst), 3);
    assert!(begun.elapsed() >= Duration::from_millis(90), "each has its 30 ms");
}
