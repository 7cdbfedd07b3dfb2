//! Signals that bodies raise.

use std::time::Duration;

use flow_runtime::{BoxError, Context, Runner, Signal, State, StateType, flow, task};

use crate::observed::Changes;
use crate::place::{Place, Tested};

#[task]
fn source() -> u32 {
    1
}

#[task]
fn plus_one(n: u32) -> u32 {
    n + 1
}

#[task]
fn maybe(n: Option<&u32>) -> String {
    format!("{n:?}")
}

fn only<F: flow_runtime::Flow>(run: &flow_runtime::Run<F>) -> State {
    run.nodes().next().expect("a node").1
}

#[test]
fn skip() {
    #[task]
    fn skips(cx: &Context) -> Result<u32, BoxError> {
        Err(cx.skip("nothing to do").into())
    }
    let changes = Changes::default();
    let f = flow! { a = skips(); b = plus_one(a); c = maybe(a); d = source(); c };
    let run = changes.runner().run(f).unwrap();
    assert_eq!(only(&run).to_string(), "Skipped: nothing to do");
    assert_eq!(run.output(), "None");
    let kinds: Vec<_> = run.nodes().map(|(_, state)| state.kind).collect();
    assert_eq!(
        kinds,
        [
            StateType::Skipped,
            StateType::Skipped,
            StateType::Success,
            StateType::Success
        ]
    );
    assert_eq!(
        changes.of("a"),
        ["1: Pending -> Running", "1: Running -> Skipped"]
    );
    assert_eq!(changes.of("b"), ["0: Pending -> Skipped"]);
}

#[test]
fn fail_uses_no_retry() {
    #[task(retries = 5)]
    fn fails(cx: &Context) -> Result<u32, BoxError> {
        Err(cx.fail(format!("hopeless on attempt {}", cx.attempt())).into())
    }
    let changes = Changes::default();
    let run = changes.runner().run_to_end(flow! { a = fails(); }).unwrap();
    assert_eq!(only(&run).to_string(), "Failed: hopeless on attempt 1");
    assert_eq!(changes.of("a"), ["1: Pending -> Running", "1: Running -> Failed"]);
}

#[test]
fn succeed_with_a_value_is_kept_like_a_returned_one() {
    #[task(target = "early.txt")]
    fn early(cx: &Context) -> Result<u32, BoxError> {
        Err(cx.succeed(41_u32).into())
    }
    let changes = Changes::default();
    let f = || flow! { a = early(); b = plus_one(a); b };
    assert_eq!(*changes.runner().run(f()).unwrap().output(), 42);
    assert_eq!(
        changes.of("a"),
        ["1: Pending -> Running", "1: Running -> Success"]
    );

    let store = tempfile::tempdir().unwrap();
    let runner = Runner::new().store(store.path());
    assert_eq!(*runner.run(f()).unwrap().output(), 42);
    assert_eq!(
        std::fs::read_to_string(store.path().join("early.txt")).unwrap(),
        "41"
    );
    assert_eq!(only(&runner.run(f()).unwrap()).kind, StateType::Cached);
}

#[test]
fn succeed_with_another_type_is_a_failure_that_says_so() {
    #[task]
    fn wrong(cx: &Context) -> Result<u32, BoxError> {
        Err(cx.succeed("forty-one").into())
    }
    let run = Runner::in_memory().run_to_end(flow! { a = wrong(); }).unwrap();
    assert_eq!(
        only(&run).to_string(),
        "Failed: it was told to succeed with another type than its task's output, `u32`"
    );
}

#[test]
fn retry_is_counted_unless_it_says_otherwise() {
    #[task(retries = 1)]
    fn counted(cx: &Context) -> Result<u32, BoxError> {
        Err(cx.retry_in(Duration::from_millis(1), "not ready").into())
    }
    #[task]
    fn uncounted(cx: &Context) -> Result<u32, BoxError> {
        if cx.attempt() == 4 {
            return Ok(4);
        }
        Err(cx
            .retry_in(Duration::from_millis(1), "not ready")
            .uncounted()
            .into())
    }
    let changes = Changes::default();
    let run = changes
        .runner()
        .run_to_end(flow! { a = counted(); b = uncounted(); })
        .unwrap();
    let states: Vec<_> = run.nodes().map(|(_, state)| state.to_string()).collect();
    assert_eq!(
        states,
        [
            "Failed: not ready; it asked for another attempt, and its `retries` are used up (attempt 2)",
            "Success"
        ]
    );
    assert_eq!(changes.of("a").last().unwrap(), "2: Running -> Failed");
    assert_eq!(changes.of("b").len(), 8);
    assert_eq!(
        changes.of("b")[6..],
        ["4: Retrying -> Running", "4: Running -> Success"]
    );
}

#[test]
fn pause_leaves_the_node_and_what_depends_on_it_for_later() {
    #[task]
    fn asks(cx: &Context) -> Result<u32, BoxError> {
        Err(cx.pause("needs a signature").into())
    }
    let changes = Changes::default();
    let f = flow! { a = asks(); b = plus_one(a); c = plus_one(b); d = source(); e = plus_one(d); c };
    let run = changes.runner().run_to_end(f).unwrap();
    let states: Vec<_> = run.nodes().map(|(_, state)| state.kind).collect();
    use StateType::{Paused, Pending, Success};
    assert_eq!(states, [Paused, Pending, Pending, Success, Success]);
    assert_eq!(only(&run).to_string(), "Paused: needs a signature");
    assert_eq!(
        run.state().to_string(),
        "Pending: `a` is Paused: needs a signature",
        "nothing is finished while a node is pending"
    );
    assert_eq!(changes.of("a"), ["1: Pending -> Running", "1: Running -> Paused"]);
    assert!(changes.of("b").is_empty());
}

#[test]
fn the_error_of_a_paused_run_says_how_to_go_on() -> Tested {
    #[task]
    fn asks(cx: &Context) -> Result<u32, BoxError> {
        Err(cx.pause("needs a signature").into())
    }
    #[task]
    fn fails() -> Result<u32, String> {
        Err("no luck".to_owned())
    }
    flow! { fn asking() -> u32 { a = asks(); a } }

    let paused = "flow `asking` ended Pending: `a` is Paused: needs a signature\n  to go on: ";
    let error = Runner::in_memory().run(asking()).unwrap_err();
    let way = "`runner.resume(asking::restore(run.run_state()?)?)`; this error has the run";
    assert_eq!(error.to_string(), format!("{paused}{way}"));
    // As it says.
    let run = error.into_run().unwrap();
    let runner = Runner::in_memory().given(asking::a, 1);
    assert_eq!(*runner.resume(asking::restore(run.run_state()?)?)?.output(), 1);

    let place = Place::new()?;
    let error = place.runner().run(asking()).unwrap_err();
    let id = error.run().unwrap().id().to_string();
    let way = format!(
        "`resume {id}` on the command line, or `runner.resume(asking::restore(runner.recorded(\"{id}\")?)?)`"
    );
    assert_eq!(error.to_string(), format!("{paused}{way}"));
    let runner = place.runner().given(asking::a, 1);
    assert_eq!(
        *runner.resume(asking::restore(runner.recorded(&id)?)?)?.output(),
        1
    );

    // Beside a failure too.
    let error = Runner::in_memory()
        .run(flow! { a = asks(); b = fails(); })
        .unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("no luck") && said.contains("to go on: give the flow a name"),
        "{said}"
    );
    Ok(())
}

#[test]
fn cancel() {
    #[task(retries = 3)]
    fn gives_up(cx: &Context) -> Result<u32, BoxError> {
        Err(cx.cancel("changed my mind").into())
    }
    let changes = Changes::default();
    let f = flow! { a = gives_up(); b = plus_one(a); c = source(); };
    let run = changes.runner().run_to_end(f).unwrap();
    let states: Vec<_> = run.nodes().map(|(_, state)| state.to_string()).collect();
    assert_eq!(
        states,
        [
            "Cancelled: changed my mind",
            "Cancelled: `a` is Cancelled",
            "Success"
        ]
    );
    assert_eq!(run.state().kind, StateType::Cancelled);
}

#[test]
fn end_run_cancels_what_has_not_started_and_lets_the_rest_finish() {
    use std::sync::Barrier;
    static BOTH: Barrier = Barrier::new(2);
    static ENDED: Barrier = Barrier::new(2);

    #[task]
    fn ends(cx: &Context) -> Result<u32, BoxError> {
        BOTH.wait();
        Err(cx.end_run("the disk is for sale").into())
    }
    #[task]
    fn runs_on(cx: &Context) -> u32 {
        BOTH.wait();
        ENDED.wait();
        u32::from(cx.is_cancelled())
    }
    #[task(trigger = all_finished)]
    fn never() -> u32 {
        9
    }

    let f = flow! { a = ends(); b = runs_on(); c = plus_one(b); d = never(upstream: [a]); };
    let run = Runner::in_memory()
        .jobs(2)
        .on_state(|node: &flow_runtime::NodeInfo<'_>, _: &State, new: &State| {
            // `d` is Cancelled once the run is ending: only then may `b` go on.
            if node.name() == "d" && new.kind == StateType::Cancelled {
                ENDED.wait();
            }
        })
        .run_to_end(f)
        .unwrap();
    let states: Vec<_> = run.nodes().map(|(_, state)| state.to_string()).collect();
    assert_eq!(
        states,
        [
            "Cancelled: the disk is for sale",
            "Success",
            "Cancelled: the disk is for sale",
            "Cancelled: the disk is for sale",
        ]
    );
}

#[test]
fn a_signal_survives_every_conversion_of_errors() {
    fn deep(cx: &Context) -> anyhow::Result<u32> {
        use anyhow::Context as _;
        Err(cx.skip("deep down"))
            .context("while reading")
            .context("while working")
    }
    #[task]
    fn by_anyhow(cx: &Context) -> anyhow::Result<u32> {
        Ok(deep(cx)? + 1)
    }
    #[task]
    fn by_text(cx: &Context) -> Result<u32, String> {
        deep(cx).map_err(|error| error.to_string())
    }
    #[task]
    fn without_context() -> Result<u32, BoxError> {
        Err(Signal::skip("made elsewhere"))?
    }
    #[task]
    async fn by_async(cx: &Context) -> anyhow::Result<u32> {
        tokio::task::yield_now().await;
        deep(cx)
    }
    let f = flow! { a = by_anyhow(); b = by_text(); c = without_context(); d = by_async(); };
    let run = Runner::in_memory().run_to_end(f).unwrap();
    let states: Vec<_> = run.nodes().map(|(_, state)| state.to_string()).collect();
    assert_eq!(
        states,
        [
            "Skipped: deep down",
            // What says something else than the signal is not lost.
            "Skipped: deep down; it was raised, and then the body failed: while working",
            "Skipped: made elsewhere",
            "Skipped: deep down"
        ]
    );
}

#[test]
fn one_that_is_raised_and_followed_by_a_result_is_void_and_told() {
    #[task]
    fn undecided(cx: &Context) -> u32 {
        let _ = cx.skip("or not");
        5
    }
    let run = Runner::in_memory().run(flow! { a = undecided(); a }).unwrap();
    assert_eq!(*run.output(), 5);
    assert_eq!(
        only(&run).to_string(),
        "Success: Signal::skip(\"or not\") was raised and not returned: it is void"
    );
}

#[test]
fn one_does_not_outlive_its_attempt() {
    #[task(retries = 1)]
    fn forgetful(cx: &Context) -> Result<u32, BoxError> {
        if cx.attempt() == 1 {
            return Err(cx.retry_in(Duration::ZERO, "once more").into());
        }
        Err("a plain error".into())
    }
    let run = Runner::in_memory()
        .jobs(1)
        .run_to_end(flow! { a = forgetful(); })
        .unwrap();
    assert_eq!(only(&run).to_string(), "Failed: a plain error (attempt 2)");
}
