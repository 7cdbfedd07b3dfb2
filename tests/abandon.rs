//! Runs that nobody waits for any more: a dropped run starts nothing more and drops its async bodies, and one whose
//! async runtime goes away ends.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use flow_runtime::store::wait;
use flow_runtime::{Runner, StateType, flow, task};

fn until(flag: &AtomicBool) {
    let start = Instant::now();
    while !flag.load(Ordering::SeqCst) {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "what was waited for does not happen"
        );
        thread::sleep(Duration::from_millis(1));
    }
}

mod dropped {
    use super::*;

    pub(crate) static STARTED: AtomicBool = AtomicBool::new(false);
    pub(crate) static RELEASED: AtomicBool = AtomicBool::new(false);
    pub(crate) static ENDED: AtomicBool = AtomicBool::new(false);
    pub(crate) static NEXT: AtomicBool = AtomicBool::new(false);

    #[task]
    pub(crate) fn first() {
        STARTED.store(true, Ordering::SeqCst);
        until(&RELEASED);
        ENDED.store(true, Ordering::SeqCst);
    }

    #[task]
    pub(crate) fn next() {
        NEXT.store(true, Ordering::SeqCst);
    }
}

#[test]
fn a_dropped_run_starts_nothing_more() {
    use dropped::*;
    let f = flow! { a = first(); b = next(upstream: [a]); };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        let runner = Runner::in_memory().jobs(2);
        let run = runner.run_async(f);
        tokio::select! {
            _ = run => panic!("the run ends only when it is released"),
            () = async { while !STARTED.load(Ordering::SeqCst) { tokio::time::sleep(Duration::from_millis(1)).await; } } => {}
        }
    });
    RELEASED.store(true, Ordering::SeqCst);
    until(&ENDED);
    thread::sleep(Duration::from_millis(50));
    assert!(
        !NEXT.load(Ordering::SeqCst),
        "the run was dropped before its first body ended"
    );
}

mod shut_down {
    use super::*;

    pub(crate) static STARTED: AtomicBool = AtomicBool::new(false);

    #[task]
    pub(crate) async fn endless() -> u8 {
        STARTED.store(true, Ordering::SeqCst);
        std::future::pending().await
    }

    #[task]
    pub(crate) fn after(x: u8) -> u8 {
        x
    }

    #[task]
    pub(crate) fn apart() -> u8 {
        7
    }
}

#[test]
fn a_run_ends_when_the_runtime_of_its_async_bodies_is_shut_down() {
    use shut_down::*;
    let f = flow! { a = endless(); b = after(a); c = apart(); };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .unwrap();
    let handle = runtime.handle().clone();
    let stopper = thread::spawn(move || {
        until(&STARTED);
        runtime.shutdown_background();
    });
    let entered = handle.enter();
    let error = wait(Runner::in_memory().run_async(f)).expect_err("a node did not end");
    drop(entered);
    stopper.join().unwrap();
    let said = error.to_string();
    for word in ["`a`", "was cancelled", "because: the async runtime", "blocks: b"] {
        assert!(said.contains(word), "`{word}` is not in: {said}");
    }
    let run = error.into_run().expect("it has started");
    assert_eq!(run.state().kind, StateType::Cancelled);
    let states: Vec<String> = run.nodes().map(|(_, state)| state.to_string()).collect();
    assert_eq!(
        states,
        [
            "Cancelled: the async runtime that drove it was shut down",
            "Cancelled: `a` is Cancelled",
            "Success"
        ]
    );
}

mod gone {
    use super::*;

    pub(crate) static STARTED: AtomicBool = AtomicBool::new(false);
    pub(crate) static GONE: AtomicBool = AtomicBool::new(false);

    #[task]
    pub(crate) fn before() -> u8 {
        STARTED.store(true, Ordering::SeqCst);
        until(&GONE);
        1
    }

    #[task]
    pub(crate) async fn later(x: u8) -> u8 {
        std::future::ready(x).await
    }

    #[task]
    pub(crate) fn apart(_order: u8) -> u8 {
        7
    }
}

#[test]
fn a_run_ends_when_the_runtime_is_gone_before_an_async_body_starts() {
    use gone::*;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let handle = runtime.handle().clone();
    let (tell, told) = mpsc::channel();
    let runs = thread::spawn(move || {
        let _entered = handle.enter();
        let f = flow! { a = before(); b = later(a); c = apart(a); };
        let error = wait(Runner::in_memory().jobs(1).run_async(f)).expect_err("`b` cannot run");
        let run = error.into_run().expect("it has started");
        let states: Vec<String> = run.nodes().map(|(_, state)| state.to_string()).collect();
        tell.send(states)
    });
    until(&STARTED);
    drop(runtime);
    GONE.store(true, Ordering::SeqCst);
    let states = told
        .recv_timeout(Duration::from_secs(30))
        .expect("the run does not end");
    assert_eq!(
        states,
        [
            "Success",
            "Cancelled: the async runtime that drove it was shut down",
            "Success"
        ]
    );
    runs.join().unwrap().unwrap();
}

mod in_flight {
    use super::*;

    pub(crate) static STARTED: AtomicBool = AtomicBool::new(false);
    pub(crate) static DROPPED: AtomicBool = AtomicBool::new(false);

    struct Guard;

    impl Drop for Guard {
        fn drop(&mut self) {
            DROPPED.store(true, Ordering::SeqCst);
        }
    }

    #[task]
    pub(crate) async fn endless() {
        let _guard = Guard;
        STARTED.store(true, Ordering::SeqCst);
        std::future::pending::<()>().await;
    }
}

#[test]
fn a_dropped_run_drops_its_async_bodies() {
    use in_flight::*;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        let f = flow! { a = endless(); };
        let runner = Runner::in_memory();
        tokio::select! {
            _ = runner.run_async(f) => panic!("its body never ends"),
            () = async { while !STARTED.load(Ordering::SeqCst) { tokio::time::sleep(Duration::from_millis(1)).await; } } => {}
        }
    });
    // The runtime lives on: it is the run that stops its bodies.
    until(&DROPPED);
    drop(runtime);
}

mod bomb {
    use super::*;

    pub(crate) static STARTED: AtomicBool = AtomicBool::new(false);

    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("its drop panics");
        }
    }

    #[task]
    pub(crate) async fn endless() {
        let _bomb = Bomb;
        STARTED.store(true, Ordering::SeqCst);
        std::future::pending::<()>().await;
    }
}

#[test]
fn a_body_that_panics_as_it_is_dropped_does_not_keep_the_run_from_ending() {
    use bomb::*;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let handle = runtime.handle().clone();
    let stopper = thread::spawn(move || {
        until(&STARTED);
        runtime.shutdown_background();
    });
    let _entered = handle.enter();
    let f = flow! { a = endless(); };
    let error = wait(Runner::in_memory().run_async(f)).expect_err("its body did not end");
    stopper.join().unwrap();
    let run = error.into_run().expect("it has started");
    assert_eq!(run.state().kind, StateType::Cancelled);
}
