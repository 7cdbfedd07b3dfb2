//! What ends a run from outside: a cancellation, a failure that is one too many; and how many run at a time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, mpsc};
use std::time::Duration;

use flow_runtime::{BoxError, Context, Runner, StateType, flow, task};

use crate::observed::Changes;

#[task]
fn plus_one(n: u32) -> u32 {
    n + 1
}

#[test]
fn cancel_from_another_thread() {
    static STARTED: Barrier = Barrier::new(2);

    #[task(retries = 3)]
    fn listens(cx: &Context) -> Result<u32, BoxError> {
        STARTED.wait();
        while !cx.is_cancelled() {
            std::thread::sleep(Duration::from_millis(1));
        }
        Err("nobody came".into())
    }

    let changes = Changes::default();
    let f = flow! { a = listens(); b = plus_one(a); c = plus_one(b); };
    let handle = changes.runner().jobs(1).start(f).unwrap();
    STARTED.wait();
    assert!(!handle.is_finished());
    handle.cancel("closing time");
    let run = handle.wait_to_end();
    let states: Vec<_> = run.nodes().map(|(_, state)| state.to_string()).collect();
    assert_eq!(
        states,
        [
            "Cancelled: nobody came",
            "Cancelled: closing time",
            "Cancelled: closing time"
        ]
    );
    assert_eq!(run.state().kind, StateType::Cancelled);
    assert_eq!(
        changes.of("a"),
        ["1: Pending -> Running", "1: Running -> Cancelled"]
    );
}

#[test]
fn a_body_that_succeeds_after_a_cancellation_is_a_success() {
    static STARTED: Barrier = Barrier::new(2);

    #[task]
    async fn finishes(cx: &Context) -> u32 {
        STARTED.wait();
        while !cx.is_cancelled() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        7
    }

    let handle = Runner::in_memory()
        .start(flow! { a = finishes(); b = plus_one(a); a })
        .unwrap();
    STARTED.wait();
    handle.cancel("closing time");
    let run = handle.wait().unwrap();
    assert_eq!(*run.output(), 7);
    assert_eq!(run.nodes().nth(1).unwrap().1.kind, StateType::Cancelled);
}

#[test]
fn a_cancellation_ends_the_wait_for_a_retry() {
    static FAILED: Barrier = Barrier::new(2);

    #[task(retries = 1, retry_delay = "1h")]
    fn flaky() -> Result<u32, String> {
        Err("not now".to_owned())
    }

    let runner = Runner::in_memory().on_state(
        |_: &flow_runtime::NodeInfo<'_>, _: &flow_runtime::State, new: &flow_runtime::State| {
            if new.kind == StateType::Retrying {
                FAILED.wait();
            }
        },
    );
    let handle = runner.start(flow! { a = flaky(); }).unwrap();
    FAILED.wait();
    handle.cancel("closing time");
    let run = handle.wait_to_end();
    assert_eq!(
        run.nodes().next().unwrap().1.to_string(),
        "Cancelled: closing time"
    );
}

#[test]
fn the_first_failure_ends_a_run_that_fails_fast() {
    #[task]
    fn fails() -> Result<u32, String> {
        Err("oops".to_owned())
    }
    #[task(trigger = all_finished)]
    fn cleans() {}

    let f = || flow! { a = fails(); b = plus_one(a); c = cleans(upstream: [a]); };
    let run = Runner::in_memory().fail_fast().run_to_end(f()).unwrap();
    let states: Vec<_> = run.nodes().map(|(_, state)| state.to_string()).collect();
    let reason = "Cancelled: `a` is Failed, and the run fails fast";
    assert_eq!(states, ["Failed: oops", reason, reason]);
    let run = Runner::in_memory().run_to_end(f()).unwrap();
    let kinds: Vec<_> = run.nodes().map(|(_, state)| state.kind).collect();
    assert_eq!(
        kinds,
        [StateType::Failed, StateType::TriggerFailed, StateType::Success]
    );
}

#[test]
fn at_most_so_many_of_a_tag_run_at_a_time() {
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);

    #[task(tags = ["db"])]
    fn query(n: u32) -> u32 {
        MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(5));
        NOW.fetch_sub(1, Ordering::SeqCst);
        n
    }
    #[task(tags = ["db", "net"])]
    async fn both(n: u32) -> u32 {
        MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(5)).await;
        NOW.fetch_sub(1, Ordering::SeqCst);
        n
    }
    let f = flow! {
        a = query(1); b = both(2); c = query(3); d = both(4); e = query(5); g = both(6); h = query(7); i = both(8);
    };
    let runner = Runner::in_memory().jobs(8).at_most("db", 2).at_most("net", 1);
    let run = runner.run(f).unwrap();
    assert_eq!(run.state().kind, StateType::Success);
    assert!(
        MOST.load(Ordering::SeqCst) <= 2,
        "at most two: {}",
        MOST.load(Ordering::SeqCst)
    );
}

#[test]
fn who_waits_for_room_is_cancelled_with_the_run() {
    static STARTED: Barrier = Barrier::new(2);

    #[task(tags = ["db"])]
    fn query(cx: &Context) -> u32 {
        STARTED.wait();
        while !cx.is_cancelled() {
            std::thread::sleep(Duration::from_millis(1));
        }
        1
    }
    let f = flow! { a = query(); b = query(); c = query(); };
    let handle = Runner::in_memory().jobs(3).at_most("db", 1).start(f).unwrap();
    STARTED.wait();
    handle.cancel("closing time");
    let (ended, end) = mpsc::channel();
    std::thread::spawn(move || ended.send(handle.wait_to_end()));
    let run = end.recv_timeout(Duration::from_secs(30)).expect("the run ends");
    let kinds: Vec<_> = run.nodes().map(|(_, state)| state.kind).collect();
    assert_eq!(
        kinds.iter().filter(|kind| **kind == StateType::Success).count(),
        1
    );
    assert_eq!(
        kinds.iter().filter(|kind| **kind == StateType::Cancelled).count(),
        2
    );
}

#[test]
fn a_trigger_of_the_author_s_that_panics_is_its_node_s_failure() {
    fn picky(_: &[flow_runtime::plan::UpstreamState]) -> bool {
        panic!("not like this")
    }
    #[task(trigger = picky)]
    fn chosen() {}
    #[task]
    fn one() -> u32 {
        1
    }
    let run = Runner::in_memory()
        .run_to_end(flow! { a = one(); b = chosen(upstream: [a]); })
        .unwrap();
    assert_eq!(
        run.nodes().nth(1).unwrap().1.to_string(),
        "Failed: panicked: not like this (in its trigger)"
    );
}

#[test]
fn a_flow_starts_in_the_background_by_itself_too() {
    #[task(checkpoint = false)]
    fn two() -> u32 {
        2
    }
    #[task(checkpoint = false)]
    fn three(n: u32) -> u32 {
        n + 1
    }
    flow! {
        fn counted() -> u32 { a = two(); b = three(a); b }
    }
    let bare = flow! { a = two(); b = three(a); b }.start().unwrap();
    assert_eq!(*counted().start().unwrap().wait().unwrap().output(), 3);
    assert_eq!(*bare.wait().unwrap().output(), 3);
}
