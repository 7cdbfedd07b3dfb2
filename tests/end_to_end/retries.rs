//! Attempts: how often, when, and what one leaves to the next.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use flow_runtime::{BoxError, Context, NodeInfo, Runner, State, StateType, flow, task};

use crate::observed::Changes;

/// Fails until its last attempt.
#[task(retries = 2)]
fn third_time(cx: &Context) -> Result<u32, String> {
    match cx.attempt() {
        3 => Ok(3),
        attempt => Err(format!("attempt {attempt} failed")),
    }
}

#[task(retries = 2)]
fn hopeless() -> Result<u32, String> {
    Err("no".to_owned())
}

#[task]
fn double(n: u32) -> u32 {
    2 * n
}

#[test]
fn a_failure_is_repeated_until_it_succeeds() {
    let changes = Changes::default();
    let f = flow! { n = third_time(); twice = double(n); twice };
    let run = changes.runner().run(f).unwrap();
    assert_eq!(*run.output(), 6);
    assert_eq!(
        changes.of("n"),
        [
            "1: Pending -> Running",
            "1: Running -> Retrying",
            "2: Retrying -> Running",
            "2: Running -> Retrying",
            "3: Retrying -> Running",
            "3: Running -> Success",
        ]
    );
}

#[test]
fn what_is_left_of_retries_is_counted_as_people_do() {
    let said = std::sync::Arc::new(Mutex::new(Vec::new()));
    let hears = std::sync::Arc::clone(&said);
    let runner = Runner::in_memory().on_state(move |_: &NodeInfo<'_>, old: &State, _: &State| {
        if old.kind == StateType::Retrying {
            hears.lock().unwrap().push(old.message.clone());
        }
    });
    runner.run(flow! { n = third_time(); n }).unwrap();
    assert_eq!(
        *said.lock().unwrap(),
        [
            "attempt 1 failed (attempt 1, 1 retry left)",
            "attempt 2 failed (attempt 2, 0 retries left)"
        ]
    );
}

#[test]
fn retries_are_exhausted() {
    let changes = Changes::default();
    let f = flow! { n = hopeless(); twice = double(n); };
    let run = changes.runner().run_to_end(f).unwrap();
    let states: Vec<_> = run.nodes().map(|(_, state)| state.to_string()).collect();
    assert_eq!(states, ["Failed: no (attempt 3)", "TriggerFailed: `n` is Failed"]);
    assert_eq!(changes.of("n").len(), 6);
    assert_eq!(changes.of("n")[5], "3: Running -> Failed");
    assert_eq!(changes.of("twice"), ["0: Pending -> TriggerFailed"]);
}

#[test]
fn while_a_node_waits_for_its_retry_others_run_on_its_worker() {
    static ORDER: Mutex<Vec<&str>> = Mutex::new(Vec::new());

    #[task(retries = 1, retry_delay = "200ms")]
    fn later(cx: &Context) -> Result<(), String> {
        ORDER.lock().unwrap().push("later");
        if cx.attempt() == 1 {
            Err("not yet".to_owned())
        } else {
            Ok(())
        }
    }

    #[task]
    fn meanwhile(_after: ()) {
        ORDER.lock().unwrap().push("meanwhile");
    }

    #[task]
    fn nothing() {}

    let f = flow! { a = later(); n = nothing(); b = meanwhile(n); };
    let began = Instant::now();
    Runner::in_memory().jobs(1).run(f).unwrap();
    assert!(
        began.elapsed() >= Duration::from_millis(200),
        "the delay was kept"
    );
    assert_eq!(*ORDER.lock().unwrap(), ["later", "meanwhile", "later"]);
}

#[test]
fn an_async_body_is_repeated_too() {
    #[task(retries = 1)]
    async fn fetch(cx: &Context) -> Result<u32, String> {
        tokio::task::yield_now().await;
        if cx.attempt() == 1 {
            Err("reset".to_owned())
        } else {
            Ok(cx.attempt())
        }
    }
    let run = Runner::in_memory().run(flow! { n = fetch(); n }).unwrap();
    assert_eq!(*run.output(), 2);
}

#[test]
fn a_panic_is_repeated_too() {
    #[task(retries = 1)]
    fn nervous(cx: &Context) -> u32 {
        assert!(cx.attempt() > 1, "stage fright");
        cx.attempt()
    }
    let run = Runner::in_memory().run(flow! { n = nervous(); n }).unwrap();
    assert_eq!(*run.output(), 2);
}

#[test]
fn retry_if_refuses_what_no_retry_mends() {
    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Status(u16);

    fn is_transient(error: &Status) -> bool {
        error.0 >= 500
    }

    #[task(retries = 5, retry_if = is_transient)]
    fn get(cx: &Context) -> Result<u32, Status> {
        Err(Status(if cx.attempt() < 3 { 503 } else { 404 }))
    }

    let run = Runner::in_memory().run_to_end(flow! { n = get(); }).unwrap();
    let (_, state) = run.nodes().next().unwrap();
    assert_eq!(state.to_string(), "Failed: 404 (attempt 3)");
    let failure = run.failures().next().unwrap();
    let cause = std::error::Error::source(failure).unwrap();
    assert!(
        cause.downcast_ref::<Status>().is_some(),
        "the author's own error: {cause:?}"
    );
}

#[test]
fn an_attempt_reads_what_the_last_one_left() {
    static STARTED_AT: Mutex<Vec<u32>> = Mutex::new(Vec::new());

    #[task(retries = 3)]
    fn copy(cx: &Context) -> Result<u32, BoxError> {
        let from: u32 = cx.details()?.unwrap_or(0);
        STARTED_AT.lock().unwrap().push(from);
        cx.set_details(&(from + 10))?;
        if from < 20 {
            Err("the line broke".into())
        } else {
            Ok(from)
        }
    }

    let run = Runner::in_memory().run(flow! { n = copy(); n }).unwrap();
    assert_eq!(*run.output(), 20);
    assert_eq!(*STARTED_AT.lock().unwrap(), [0, 10, 20]);
}

#[test]
fn details_of_another_type_are_an_error() {
    #[task(retries = 1)]
    fn muddled(cx: &Context) -> Result<u32, BoxError> {
        if cx.attempt() == 1 {
            cx.set_details("a word")?;
            return Err("again".into());
        }
        let details: Option<u32> = cx.details()?;
        Ok(details.unwrap_or(0))
    }
    let run = Runner::in_memory().run_to_end(flow! { n = muddled(); }).unwrap();
    assert_eq!(run.state().kind, StateType::Failed);
}

#[test]
fn what_is_in_the_way_of_a_checkpoint_is_not_repeated() {
    static CALLS: AtomicU32 = AtomicU32::new(0);

    #[task(target = "a.txt/b.txt", retries = 3)]
    fn blocked() -> u32 {
        CALLS.fetch_add(1, Ordering::Relaxed)
    }

    let store = tempfile::tempdir().unwrap();
    std::fs::write(store.path().join("a.txt"), "in the way").unwrap();
    let run = Runner::new()
        .store(store.path())
        .run_to_end(flow! { n = blocked(); })
        .unwrap();
    assert_eq!(run.state().kind, StateType::Failed);
    assert!(
        CALLS.load(Ordering::Relaxed) <= 1,
        "no attempt moves what is in the way"
    );
}

#[test]
fn a_node_that_polls_for_long_grows_neither_its_state_nor_its_journal() {
    const POLLS: u32 = 2_000;

    #[task(retries = 1)]
    fn polls(cx: &Context) -> Result<u32, BoxError> {
        if cx.attempt() > POLLS {
            return Err(cx.pause("enough for today").into());
        }
        Err(cx.retry_in(Duration::ZERO, "nothing yet").uncounted().into())
    }
    flow! { fn polling() { a = polls(); } }

    let store = tempfile::tempdir().unwrap();
    let run = Runner::new().store(store.path()).run_to_end(polling()).unwrap();
    let state = run.run_state().unwrap();
    let past = state.nodes().next().unwrap().past();
    assert_eq!((past.len(), past.last().unwrap().number()), (256, POLLS));
    let journal = store
        .path()
        .join(".flow/runs")
        .join(run.id().as_str())
        .join("journal");
    let per_attempt = std::fs::metadata(journal).unwrap().len() / u64::from(POLLS);
    assert!(per_attempt < 250, "{per_attempt} bytes an attempt");
    // What is read back is what was.
    let recorded = Runner::new().store(store.path()).recorded("latest").unwrap();
    let recorded = recorded.nodes().next().unwrap().past();
    let numbers = |past: &[flow_runtime::PastAttempt]| {
        past.iter()
            .map(flow_runtime::PastAttempt::number)
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers(recorded), numbers(past));
}
