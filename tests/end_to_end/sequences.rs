//! Every change of state that hooks see, for each way in which an attempt can end: what a dashboard would draw.

use std::time::Duration;

use flow_runtime::{BoxError, Context, NodeInfo, Signal, State, StateType, flow, task};

use crate::observed::Changes;

/// Runs a flow, and compares what happened to its node `a`.
macro_rules! assert_changes {
    ($flow:expr, $($change:literal),+ $(,)?) => {{
        let changes = Changes::default();
        let run = changes.runner().jobs(1).run_to_end($flow).unwrap();
        assert_eq!(changes.of("a"), [$($change),+]);
        run
    }};
}

#[task]
fn one() -> u32 {
    1
}

#[task]
fn fails() -> Result<u32, String> {
    Err("no luck".to_owned())
}

#[task]
fn next(n: u32) -> u32 {
    n + 1
}

#[test]
fn success() {
    assert_changes!(
        flow! { a = one(); },
        "1: Pending -> Running",
        "1: Running -> Success"
    );
}

#[test]
fn failure() {
    assert_changes!(
        flow! { a = fails(); },
        "1: Pending -> Running",
        "1: Running -> Failed"
    );
}

#[test]
fn retry_until_success() {
    #[task(retries = 5)]
    fn third(cx: &Context) -> Result<u32, String> {
        if cx.attempt() == 3 {
            Ok(3)
        } else {
            Err("not yet".to_owned())
        }
    }
    assert_changes!(
        flow! { a = third(); },
        "1: Pending -> Running",
        "1: Running -> Retrying",
        "2: Retrying -> Running",
        "2: Running -> Retrying",
        "3: Retrying -> Running",
        "3: Running -> Success"
    );
}

#[test]
fn retries_exhausted() {
    assert_changes!(
        flow! { #[node(retries = 1)] a = fails(); },
        "1: Pending -> Running",
        "1: Running -> Retrying",
        "2: Retrying -> Running",
        "2: Running -> Failed"
    );
}

#[test]
fn timeout() {
    #[task(timeout = "10ms")]
    async fn late() -> u32 {
        std::future::pending().await
    }
    assert_changes!(
        flow! { a = late(); },
        "1: Pending -> Running",
        "1: Running -> TimedOut"
    );
    assert_changes!(
        flow! { #[node(retries = 1)] a = late(); },
        "1: Pending -> Running",
        "1: Running -> Retrying",
        "2: Retrying -> Running",
        "2: Running -> TimedOut"
    );
}

#[test]
fn skip_and_trigger_failed() {
    #[task]
    fn skipped(cx: &Context) -> Result<u32, BoxError> {
        Err(cx.skip("not today").into())
    }
    assert_changes!(flow! { b = skipped(); a = next(b); }, "0: Pending -> Skipped");
    assert_changes!(flow! { b = fails(); a = next(b); }, "0: Pending -> TriggerFailed");
    assert_changes!(
        flow! { b = fails(); c = skipped(); a = one(upstream: [b, c]); },
        "0: Pending -> TriggerFailed"
    );
}

#[test]
fn signals_of_a_body() {
    #[task(retries = 1)]
    fn raises(what: &str, cx: &Context) -> Result<u32, BoxError> {
        let soon = Duration::from_millis(1);
        Err(match what {
            "skip" => cx.skip("skip"),
            "fail" => cx.fail("fail"),
            "succeed" => cx.succeed(7_u32),
            "retry" => cx.retry_in(soon, "retry"),
            "uncounted" if cx.attempt() < 3 => cx.retry_in(soon, "uncounted").uncounted(),
            "uncounted" => cx.skip("enough"),
            "pause" => cx.pause("pause"),
            "cancel" => cx.cancel("cancel"),
            _ => cx.end_run("end"),
        }
        .into())
    }
    flow! {
        fn raising(what: String) { a = raises(what); b = next(a); }
    }
    let begins = "1: Pending -> Running";
    for (what, end) in [
        ("skip", "1: Running -> Skipped"),
        ("fail", "1: Running -> Failed"),
        ("succeed", "1: Running -> Success"),
        ("pause", "1: Running -> Paused"),
        ("cancel", "1: Running -> Cancelled"),
        ("end_run", "1: Running -> Cancelled"),
    ] {
        let changes = Changes::default();
        let run = changes.runner().run_to_end(raising(what.to_owned())).unwrap();
        assert_eq!(changes.of("a"), [begins, end], "{what}");
        let behind = match what {
            "skip" => "0: Pending -> Skipped",
            "fail" => "0: Pending -> TriggerFailed",
            "succeed" => {
                assert_eq!(*run.result(raising::a).unwrap(), 7);
                assert_eq!(
                    changes.of("b"),
                    ["1: Pending -> Running", "1: Running -> Success"]
                );
                continue;
            }
            // What is behind a node that has paused stays Pending.
            "pause" => {
                assert_eq!(run.state().kind, StateType::Pending);
                assert!(changes.of("b").is_empty());
                continue;
            }
            _ => "0: Pending -> Cancelled",
        };
        assert_eq!(changes.of("b"), [behind], "{what}");
    }
    assert_changes!(
        flow! { a = raises("retry"); },
        "1: Pending -> Running",
        "1: Running -> Retrying",
        "2: Retrying -> Running",
        "2: Running -> Failed"
    );
    assert_changes!(
        flow! { #[node(retries = 0)] a = raises("uncounted"); },
        "1: Pending -> Running",
        "1: Running -> Retrying",
        "2: Retrying -> Running",
        "2: Running -> Retrying",
        "3: Retrying -> Running",
        "3: Running -> Skipped"
    );
}

#[test]
fn the_end_of_a_run() {
    #[task]
    fn ends(cx: &Context) -> Result<u32, BoxError> {
        Err(cx.end_run("sold out").into())
    }
    #[task]
    fn pauses(cx: &Context) -> Result<u32, BoxError> {
        Err(cx.pause("for the key").into())
    }
    assert_changes!(
        flow! { b = ends(); a = one(upstream: [b]); },
        "0: Pending -> Cancelled"
    );
    // What has paused before is not left behind in a run that has ended, nor is what depends on it.
    let run = assert_changes!(
        flow! { a = pauses(); b = ends(); c = next(a); },
        "1: Pending -> Running",
        "1: Running -> Paused",
        "1: Paused -> Cancelled"
    );
    let states: Vec<_> = run.nodes().map(|(_, state)| state.to_string()).collect();
    assert_eq!(states, ["Cancelled: sold out"; 3]);
    assert_eq!(run.state().kind, StateType::Cancelled);
}

#[test]
fn hooks_that_replace_raise_and_panic() {
    fn on_success(node: &NodeInfo<'_>, _: &State, new: &State) -> Result<Option<Signal>, String> {
        match (new.kind, node.name().trim_start_matches("a_")) {
            (StateType::Success, "skips") => Ok(Some(Signal::skip("not this one"))),
            (StateType::Success, "repeats") if node.attempt() == 1 => {
                Ok(Some(Signal::retry_in(Duration::ZERO, "once more")))
            }
            (StateType::Success, "breaks") => Err("no network".to_owned()),
            (StateType::Success, "panics") => panic!("on purpose"),
            (StateType::Success, "ends") => Ok(Some(Signal::end_run("enough"))),
            (StateType::Failed, "mends") => Ok(Some(Signal::succeed(9_u32))),
            _ => Ok(None),
        }
    }
    #[task(on_state = on_success, retries = 1)]
    fn hooked() -> u32 {
        1
    }
    #[task(on_state = on_success)]
    fn hooked_failure() -> Result<u32, String> {
        Err("no luck".to_owned())
    }
    let changes = Changes::default();
    let f = flow! {
        a_skips = hooked(); a_repeats = hooked(); a_breaks = hooked(); a_panics = hooked(); a_mends = hooked_failure();
    };
    let run = changes.runner().run_to_end(f).unwrap();
    let begins = "1: Pending -> Running";
    assert_eq!(changes.of("a_skips"), [begins, "1: Running -> Skipped"]);
    assert_eq!(
        changes.of("a_repeats"),
        [
            begins,
            "1: Running -> Retrying",
            "2: Retrying -> Running",
            "2: Running -> Success"
        ]
    );
    assert_eq!(changes.of("a_breaks"), [begins, "1: Running -> Failed"]);
    assert_eq!(changes.of("a_panics"), [begins, "1: Running -> Failed"]);
    assert_eq!(changes.of("a_mends"), [begins, "1: Running -> Success"]);
    assert_eq!(*run.result(f.a_mends()).unwrap(), 9);

    let changes = Changes::default();
    let f = flow! { a_ends = hooked(); b = next(a_ends); };
    changes.runner().run_to_end(f).unwrap();
    assert_eq!(changes.of("a_ends"), [begins, "1: Running -> Cancelled"]);
    assert_eq!(changes.of("b"), ["0: Pending -> Cancelled"]);
}

#[test]
fn a_hook_is_told_what_becomes_of_what_the_hook_before_it_asked_for() {
    fn again(_: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
        (new.kind == StateType::Success).then(|| Signal::retry_in(Duration::ZERO, "once more"))
    }
    #[task(on_state = again)]
    fn hooked() -> u32 {
        1
    }
    // There are no retries: it is not Retrying, whatever was asked for.
    assert_changes!(
        flow! { a = hooked(); },
        "1: Pending -> Running",
        "1: Running -> Failed"
    );
}
