//! Runs that somebody ends while a part of them is left to a later slice.

use std::sync::atomic::{AtomicU32, Ordering};

use flow_runtime::state::RunState;
use flow_runtime::{Budget, NodeInfo, Runner, Signal, Slice, State, StateType, flow, task};

use crate::place::{Tested, kinds};

#[task]
fn good() -> u32 {
    1
}

#[task]
fn fails() -> Result<u32, String> {
    Err("no luck".to_owned())
}

#[test]
fn what_was_left_to_a_later_slice_is_cancelled_when_the_run_is_ended() -> Tested {
    fn end(_: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
        (new.kind == StateType::TriggerFailed).then(|| Signal::end_run("enough"))
    }
    fn fail(_: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
        (new.kind == StateType::TriggerFailed).then(|| Signal::fail("enough"))
    }
    flow! {
        fn ending() {
            #[node(retries = 1, retry_delay = "1h")] a = fails();
            b = good(upstream: [a]);
            given = good();
            #[node(trigger = all_failed, on_state = end)] c = good(upstream: [given]);
        }
    }
    flow! {
        fn failing() {
            #[node(retries = 1, retry_delay = "1h")] a = fails();
            b = good(upstream: [a]);
            given = good();
            #[node(trigger = all_failed, on_state = fail)] c = good(upstream: [given]);
        }
    }

    // The attempt is spent on `a`, which is to be tried again in another slice; then `c` ends the run.
    let runner = Runner::in_memory().jobs(1).fail_fast();
    let run = runner
        .clone()
        .given(ending::given, 1)
        .slice(ending(), Budget::tasks(1))?;
    let Slice::Finished(run) = run else {
        panic!("it goes on: {run:?}")
    };
    use StateType::{Cancelled, Failed, Success};
    assert_eq!(kinds(&run), [Cancelled, Cancelled, Success, Cancelled]);
    assert_eq!(run.node_state(ending::a).message, "enough");
    let run = runner
        .given(failing::given, 1)
        .slice(failing(), Budget::tasks(1))?;
    let Slice::Finished(run) = run else {
        panic!("it goes on: {run:?}")
    };
    assert_eq!(kinds(&run), [Cancelled, Cancelled, Success, Failed]);
    Ok(())
}

#[test]
fn a_run_that_fails_fast_has_failed_in_an_earlier_process_too() -> Tested {
    static STARTED: AtomicU32 = AtomicU32::new(0);
    #[task]
    fn counted() -> u32 {
        STARTED.fetch_add(1, Ordering::Relaxed)
    }
    flow! { fn failing() { a = fails(); b = counted(); } }

    // As a process leaves it that dies between the two.
    let state = r#"[{"task": {"slug": "a"}, "state": {"type": "Failed"}}]"#;
    let restored = failing::restore(RunState::from_json(state)?)?;
    let run = Runner::in_memory().fail_fast().run_to_end(restored)?;
    assert_eq!(kinds(&run), [StateType::Failed, StateType::Cancelled]);
    assert_eq!(STARTED.load(Ordering::Relaxed), 0);
    Ok(())
}
