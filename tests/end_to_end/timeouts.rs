//! Attempts that take too long.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use flow_runtime::{Context, NodeInfo, Outcome, Runner, Signal, State, StateType, flow, task};
use serde::{Deserialize, Deserializer, Serialize};

use crate::observed::Changes;

/// Longer than any of these tests is to take.
const FOR_EVER: Duration = Duration::from_mins(10);

#[task(timeout = "50ms")]
async fn slow_async() -> u32 {
    tokio::time::sleep(FOR_EVER).await;
    1
}

#[task]
#[allow(
    clippy::needless_pass_by_value,
    reason = "an `Outcome` is handed over by value"
)]
fn told(of: Outcome<&u32>) -> String {
    of.failure().map(ToString::to_string).unwrap_or_default()
}

#[test]
fn an_async_body_past_its_timeout_is_dropped() {
    static DROPPED: AtomicBool = AtomicBool::new(false);
    struct Guard;
    impl Drop for Guard {
        fn drop(&mut self) {
            DROPPED.store(true, Ordering::SeqCst);
        }
    }

    #[task(timeout = "50ms")]
    async fn holds() -> u32 {
        let _guard = Guard;
        tokio::time::sleep(FOR_EVER).await;
        1
    }

    let changes = Changes::default();
    let run = changes.runner().run_to_end(flow! { n = holds(); }).unwrap();
    let (_, state) = run.nodes().next().unwrap();
    assert_eq!(
        state.to_string(),
        "TimedOut: took longer than its timeout of 50ms"
    );
    assert_eq!(
        changes.of("n"),
        ["1: Pending -> Running", "1: Running -> TimedOut"]
    );
    assert!(DROPPED.load(Ordering::SeqCst));
}

#[test]
fn a_timeout_is_a_failure_that_can_be_tolerated() {
    let run = Runner::in_memory()
        .run(flow! { n = slow_async(); t = told(n); t })
        .unwrap();
    assert_eq!(
        run.output(),
        "`n` is TimedOut: took longer than its timeout of 50ms"
    );
}

#[test]
fn a_plain_body_past_its_timeout_is_abandoned_and_its_late_result_never_seen() {
    static GATE: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());
    static ENDED: AtomicBool = AtomicBool::new(false);

    #[task(target = "stuck.txt", timeout = "50ms", retries = 1)]
    fn stuck(cx: &Context) -> u32 {
        if cx.attempt() == 1 {
            let open = GATE.0.lock().unwrap();
            let _open = GATE.1.wait_while(open, |open| !*open).unwrap();
            ENDED.store(true, Ordering::SeqCst);
        }
        cx.attempt()
    }

    #[task]
    fn after(n: u32) -> u32 {
        // While this runs, the late body comes to its end.
        *GATE.0.lock().unwrap() = true;
        GATE.1.notify_all();
        let began = Instant::now();
        while !ENDED.load(Ordering::SeqCst) && began.elapsed() < Duration::from_secs(10) {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_millis(20));
        n
    }

    let store = tempfile::tempdir().unwrap();
    // One worker: another takes its place.
    let runner = Runner::new().store(store.path()).jobs(1);
    let f = flow! { n = stuck(); m = after(n); m };
    let run = runner.run(f).unwrap();
    assert_eq!(*run.output(), 2);
    assert!(ENDED.load(Ordering::SeqCst), "the late body did end");
    assert_eq!(
        std::fs::read_to_string(store.path().join("stuck.txt")).unwrap(),
        "2"
    );
}

#[test]
fn a_run_ends_though_bodies_never_return() {
    #[task(timeout = "50ms")]
    fn never() -> u32 {
        thread::sleep(FOR_EVER);
        1
    }

    /// It never gives its thread back either.
    #[task(timeout = "50ms")]
    #[allow(clippy::unused_async, reason = "the point of it")]
    async fn never_yields() -> u32 {
        thread::sleep(FOR_EVER);
        1
    }

    #[task]
    fn fine() -> u32 {
        1
    }

    let f = flow! { a = never(); b = never_yields(); c = fine(); d = never(); };
    let run = Runner::in_memory().jobs(2).run_to_end(f).unwrap();
    let states: Vec<_> = run.nodes().map(|(_, state)| state.kind).collect();
    use StateType::{Success, TimedOut};
    assert_eq!(states, [TimedOut, TimedOut, Success, TimedOut]);
}

#[test]
fn a_body_knows_its_deadline() {
    #[task(timeout = "1h")]
    fn patient(cx: &Context) -> bool {
        let left = cx.time_left().unwrap();
        cx.deadline().is_some() && left > Duration::from_mins(50) && left <= Duration::from_hours(1)
    }

    #[task]
    fn unlimited(cx: &Context) -> bool {
        cx.deadline().is_none() && cx.time_left().is_none()
    }

    #[task]
    fn both(a: bool, b: bool) -> bool {
        a && b
    }

    let run = Runner::in_memory()
        .run(flow! { a = patient(); b = unlimited(); c = both(a, b); c })
        .unwrap();
    assert!(*run.output());
}

#[test]
fn a_body_in_time_is_left_alone() {
    static CALLS: AtomicU32 = AtomicU32::new(0);

    #[task(timeout = "10m")]
    fn quick() -> u32 {
        CALLS.fetch_add(1, Ordering::Relaxed)
    }

    #[task(timeout = "10m")]
    async fn quick_too() -> u32 {
        tokio::task::yield_now().await;
        7
    }

    let run = Runner::in_memory()
        .run(flow! { a = quick(); b = quick_too(); b })
        .unwrap();
    assert_eq!((*run.output(), CALLS.load(Ordering::Relaxed)), (7, 1));
}

#[test]
fn a_body_that_gives_up_as_its_time_is_over_has_timed_out() {
    #[task(timeout = "10ms")]
    fn gives_up(cx: &Context) -> Result<u32, String> {
        while !cx.is_cancelled() {
            thread::yield_now();
        }
        Err("gave up".to_owned())
    }

    #[task(timeout = "10ms")]
    async fn gives_up_too(cx: &Context) -> Result<u32, String> {
        while !cx.is_cancelled() {
            thread::yield_now();
        }
        tokio::task::yield_now().await;
        Err("gave up".to_owned())
    }

    let run = Runner::in_memory()
        .run_to_end(flow! { a = gives_up(); b = gives_up_too(); })
        .unwrap();
    let kinds: Vec<_> = run.nodes().map(|(_, state)| state.kind).collect();
    assert_eq!(kinds, [StateType::TimedOut; 2]);
}

#[test]
fn what_was_found_at_once_is_not_past_its_timeout_later() {
    #[task(target = "quick.txt", timeout = "500ms")]
    fn quick() -> u32 {
        7
    }

    #[task]
    fn slow() -> u32 {
        thread::sleep(Duration::from_millis(700));
        1
    }

    let store = tempfile::tempdir().unwrap();
    let runner = Runner::new().store(store.path()).jobs(2);
    let f = flow! { a = quick(); b = slow(); };
    runner.run(f).unwrap();
    let run = runner.run_to_end(f).unwrap();
    let kinds: Vec<_> = run.nodes().map(|(_, state)| state.kind).collect();
    assert_eq!(kinds, [StateType::Cached, StateType::Success]);
    assert_eq!(*run.result(f.a()).unwrap(), 7);
}

/// Longer than the timeout of these tasks.
const LONG: Duration = Duration::from_millis(1_200);

fn slow(_: &NodeInfo<'_>, _: &State, new: &State) {
    if new.kind == StateType::Running {
        thread::sleep(LONG);
    }
}

#[test]
fn the_time_is_the_bodys_not_that_of_its_hooks() {
    fn answers(node: &NodeInfo<'_>, old: &State, new: &State) -> Option<Signal> {
        slow(node, old, new);
        (new.kind == StateType::Running).then(|| Signal::skip("not today"))
    }

    #[task(timeout = "1s", on_state = answers)]
    fn skipped() -> u32 {
        1
    }

    #[task(timeout = "1s", on_state = slow)]
    fn runs() -> u32 {
        1
    }

    #[task(timeout = "1s", on_state = slow)]
    async fn runs_too() -> u32 {
        tokio::task::yield_now().await;
        1
    }

    let f = flow! { a = skipped(); b = runs(); c = runs_too(); };
    let run = Runner::in_memory().jobs(1).run_to_end(f).unwrap();
    let kinds: Vec<_> = run.nodes().map(|(_, state)| state.kind).collect();
    assert_eq!(
        kinds,
        [StateType::Skipped, StateType::Success, StateType::Success]
    );
}

#[test]
fn the_time_is_the_bodys_not_that_of_the_store() {
    #[derive(Serialize)]
    struct Heavy(u32);

    impl<'de> Deserialize<'de> for Heavy {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            thread::sleep(LONG);
            u32::deserialize(deserializer).map(Self)
        }
    }

    #[task(timeout = "1s", target = "heavy.json")]
    fn heavy() -> Heavy {
        Heavy(1)
    }

    let store = tempfile::tempdir().unwrap();
    // Made by hand, so that it is decoded as it is found.
    std::fs::write(store.path().join("heavy.json"), "2").unwrap();
    let f = flow! { a = heavy(); };
    let run = Runner::new().store(store.path()).jobs(1).run_to_end(f).unwrap();
    assert_eq!(run.node_state(f.a()).kind, StateType::Cached);
    assert_eq!(run.result(f.a()).unwrap().0, 2);
}
