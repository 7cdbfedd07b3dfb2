//! What a budget allows, and what it leaves.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use flow_runtime::{Budget, Runner, Slice, SliceError, StartError, StateType, flow, task};

use crate::place::{Place, Tested, kinds};

#[test]
fn a_retry_that_is_not_due_becomes_not_before() -> Tested {
    #[task(retries = 1, retry_delay = "1h")]
    fn fails() -> Result<u32, String> {
        Err("no luck".to_owned())
    }
    flow! { fn once() { a = fails(); } }

    let start = jiff::Timestamp::now();
    let Slice::CallAgain { state, not_before } = Runner::in_memory().slice(once(), Budget::tasks(1))? else {
        panic!("it ended");
    };
    let at = not_before.expect("it waits");
    assert!(at.duration_since(start).as_secs() > 3500, "{at}");
    let node = state.node("a").expect("it is there");
    assert_eq!(
        (node.state().kind, node.attempts(), node.not_before()),
        (StateType::Retrying, 1, Some(at))
    );
    // The time is not over: with less time than that, nothing happens.
    let budget = Budget::time(Duration::from_mins(1));
    let again = Runner::in_memory().slice(once::restore(state)?, budget)?;
    let Slice::CallAgain { not_before, .. } = again else {
        panic!("it ended")
    };
    assert_eq!(not_before, Some(at));
    Ok(())
}

#[test]
fn a_retry_that_is_due_in_time_waits_within_the_budget() -> Tested {
    static ATTEMPTS: AtomicU32 = AtomicU32::new(0);
    #[task(retries = 2, retry_delay = "30ms")]
    fn third() -> Result<u32, String> {
        match ATTEMPTS.fetch_add(1, Ordering::Relaxed) {
            2 => Ok(3),
            _ => Err("not yet".to_owned()),
        }
    }
    flow! { fn once() -> u32 { a = third(); a } }

    let Slice::CallAgain { state, .. } = Runner::in_memory().slice(once(), Budget::tasks(2))? else {
        panic!("it ended");
    };
    assert_eq!(ATTEMPTS.load(Ordering::Relaxed), 2);
    let Slice::Finished(run) = Runner::in_memory().slice(once::restore(state)?, Budget::tasks(2))? else {
        panic!("it goes on");
    };
    assert_eq!(*run.output(), 3);
    Ok(())
}

#[test]
fn when_the_time_is_over_nothing_new_starts_and_what_runs_finishes() -> Tested {
    #[task]
    fn slow(upstream_of: u32) -> u32 {
        std::thread::sleep(Duration::from_millis(60));
        upstream_of
    }
    flow! { fn three() { a = slow(1); b = slow(2, upstream: [a]); c = slow(3, upstream: [b]); } }

    let start = Instant::now();
    let answer = Runner::in_memory().slice(three(), Budget::time(Duration::from_millis(20)))?;
    let Slice::CallAgain { state, .. } = answer else {
        panic!("it ended")
    };
    assert!(start.elapsed() >= Duration::from_millis(60));
    assert_eq!(
        state
            .nodes()
            .filter(|node| node.state().kind == StateType::Success)
            .count(),
        1
    );
    // Its time is over before it starts, and still it makes progress.
    let over = Budget::until(
        Instant::now()
            .checked_sub(Duration::from_secs(1))
            .unwrap_or_else(Instant::now),
    );
    let Slice::CallAgain { state, .. } = Runner::in_memory().slice(three::restore(state)?, over)? else {
        panic!("it ended");
    };
    assert_eq!(
        state
            .nodes()
            .filter(|node| node.state().kind == StateType::Success)
            .count(),
        2
    );
    Ok(())
}

#[test]
fn a_timeout_above_the_whole_budget_is_an_error_before_anything_starts() -> Tested {
    static STARTED: AtomicU32 = AtomicU32::new(0);
    #[task]
    fn quick() -> u32 {
        STARTED.fetch_add(1, Ordering::Relaxed)
    }
    #[task(timeout = "10m")]
    fn long(x: u32) -> u32 {
        x
    }
    flow! { fn both() { a = quick(); b = long(a); } }

    let place = Place::new()?;
    let error = place
        .runner()
        .slice(both(), Budget::time(Duration::from_mins(8)))
        .unwrap_err();
    let SliceError::NotStarted(StartError::Budget { node, timeout, .. }) = &error else {
        panic!("{error}");
    };
    assert_eq!((*node, timeout.as_secs()), ("b", 600));
    assert_eq!(STARTED.load(Ordering::Relaxed), 0);
    assert!(!place.root().join(".flow/runs").exists(), "a run is recorded");
    Ok(())
}

#[test]
fn a_run_that_was_paused_goes_on_in_the_next_slice() -> Tested {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    #[task]
    fn approved(cx: &flow_runtime::Context) -> Result<u32, flow_runtime::BoxError> {
        match ASKED.fetch_add(1, Ordering::Relaxed) {
            0 => Err(cx.pause("somebody has to look").into()),
            _ => Ok(1),
        }
    }
    flow! { fn once() -> u32 { a = approved(); a } }

    let Slice::CallAgain { state, not_before } = Runner::in_memory().slice(once(), Budget::tasks(5))? else {
        panic!("it ended");
    };
    assert_eq!(not_before, None);
    assert_eq!(
        state.node("a").expect("there").state().to_string(),
        "Paused: somebody has to look"
    );
    let Slice::Finished(run) = Runner::in_memory().slice(once::restore(state)?, Budget::tasks(5))? else {
        panic!("it goes on");
    };
    assert_eq!(*run.output(), 1);
    Ok(())
}

#[test]
fn what_is_found_when_the_attempts_are_spent_costs_no_slice() -> Tested {
    #[task]
    fn first() -> u32 {
        1
    }
    #[task(target = "<x>/<task_name>.txt")]
    fn by_argument(x: u32) -> u32 {
        x + 1
    }
    #[task(target = "<task_name>.txt")]
    async fn by_name(x: u32) -> u32 {
        tokio::task::yield_now().await;
        x + 1
    }
    flow! { fn three() -> u32 { a = first(); b = by_argument(a); c = by_name(b); c } }

    let place = Place::new()?;
    place.runner().run(three())?;
    let answer = place.runner().slice(three(), Budget::tasks(1))?;
    let Slice::Finished(run) = answer else {
        panic!("it goes on: {answer:?}");
    };
    use StateType::{Cached, Success};
    assert_eq!(kinds(&run), [Success, Cached, Cached]);
    assert_eq!(*run.output(), 3);
    Ok(())
}

#[test]
fn a_result_that_only_memory_has_is_made_again_without_a_slice_of_its_own() -> Tested {
    static MADE: AtomicU32 = AtomicU32::new(0);
    #[task(checkpoint = false)]
    fn connection() -> u32 {
        MADE.fetch_add(1, Ordering::Relaxed);
        40
    }
    #[task]
    fn query(connection: u32, of: u32) -> u32 {
        connection + of
    }
    flow! { fn asking() -> u32 { c = connection(); a = query(c, 1); b = query(c, a); b } }

    let mut answer = Runner::in_memory().slice(asking(), Budget::tasks(1))?;
    let mut slices = 1;
    let run = loop {
        assert!(slices < 10, "it goes on and on: {answer:?}");
        match answer {
            Slice::Finished(run) => break run,
            Slice::CallAgain { state, .. } => {
                answer = Runner::in_memory().slice(asking::restore(state)?, Budget::tasks(1))?;
                slices += 1;
            }
        }
    };
    assert_eq!((*run.output(), slices), (81, 2));
    assert_eq!(MADE.load(Ordering::Relaxed), 2);
    Ok(())
}

#[test]
fn a_node_that_pauses_again_and_again_keeps_nobody_from_their_turn() {
    #[task]
    fn waits_for_somebody(cx: &flow_runtime::Context) -> Result<u32, flow_runtime::BoxError> {
        Err(cx.pause("for a signature").into())
    }
    #[task]
    fn ready(before: u32) -> u32 {
        before + 1
    }
    flow! { fn signed() { s = waits_for_somebody(); a = ready(0); b = ready(a); } }

    let runner = Runner::in_memory();
    let mut slice = runner.slice(signed(), Budget::tasks(1)).unwrap();
    for _ in 0..5 {
        let Slice::CallAgain { state, .. } = slice else {
            panic!("it has paused for good")
        };
        if state
            .node("b")
            .is_some_and(|node| node.state().kind == StateType::Success)
        {
            return;
        }
        slice = runner
            .slice(signed::restore(state).unwrap(), Budget::tasks(1))
            .unwrap();
    }
    panic!("`b` never had a turn: {slice:?}");
}
