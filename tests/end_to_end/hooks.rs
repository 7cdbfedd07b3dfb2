//! Hooks: what they see, and what they make of it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use flow_runtime::{
    BoxError, FailedNode, NodeInfo, Outcome, Runner, Signal, State, StateType, UpstreamState, flow, task,
};

use crate::observed::Changes;
use crate::place::kinds;

#[task]
fn plus_one(n: u32) -> u32 {
    n + 1
}

fn states<F: flow_runtime::Flow>(run: &flow_runtime::Run<F>) -> Vec<String> {
    run.nodes().map(|(_, state)| state.to_string()).collect()
}

#[test]
fn a_hook_sees_every_change_with_its_attempt() {
    static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

    fn note(node: &NodeInfo<'_>, old: &State, new: &State) {
        let text = format!(
            "{}/{}/{} {}: {old} -> {new}",
            node.flow(),
            node.task(),
            node.name(),
            node.attempt()
        );
        SEEN.lock().unwrap().push(text);
    }

    #[task(retries = 1, on_state = note)]
    fn second_time(cx: &flow_runtime::Context) -> Result<u32, String> {
        if cx.attempt() == 1 {
            Err("not yet".to_owned())
        } else {
            Ok(2)
        }
    }

    flow! {
        fn noted() -> u32 { a = second_time(); a }
    }

    Runner::in_memory().run(noted()).unwrap();
    assert_eq!(
        *SEEN.lock().unwrap(),
        [
            "noted/second_time/a 1: Pending -> Running",
            "noted/second_time/a 1: Running -> Retrying: not yet",
            "noted/second_time/a 2: Retrying: not yet (attempt 1, 0 retries left) -> Running",
            "noted/second_time/a 2: Running -> Success",
        ]
    );
}

#[test]
fn a_hook_replaces_a_state() {
    fn forgive(_: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
        new.kind
            .is_failed()
            .then(|| Signal::skip(format!("forgiven: {}", new.message)))
    }
    fn distrust(_: &NodeInfo<'_>, _: &State, new: &State) -> Result<(), Signal> {
        if new.kind == StateType::Success {
            return Err(Signal::fail("too good to be true"));
        }
        Ok(())
    }
    fn mend(_: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
        new.kind.is_failed().then(|| Signal::succeed(10_u32))
    }

    #[task(on_state = forgive)]
    fn sins() -> Result<u32, String> {
        Err("oops".to_owned())
    }
    #[task(on_state = distrust, target = "shines.txt")]
    fn shines() -> u32 {
        1
    }
    #[task(on_state = mend, target = "broken.txt")]
    fn broken() -> Result<u32, String> {
        Err("in two".to_owned())
    }

    let store = tempfile::tempdir().unwrap();
    let runner = Runner::new().store(store.path());
    let f = flow! { a = sins(); b = shines(); c = broken(); d = plus_one(c); e = plus_one(b); };
    let run = runner.run_to_end(f).unwrap();
    assert_eq!(
        states(&run),
        [
            "Skipped: forgiven: oops",
            "Failed: too good to be true",
            "Success: it was told to succeed",
            "Success",
            "TriggerFailed: `b` is Failed",
        ]
    );
    assert!(
        !store.path().join("shines.txt").exists(),
        "a result that a hook refused is not kept"
    );
    assert_eq!(
        std::fs::read_to_string(store.path().join("broken.txt")).unwrap(),
        "10"
    );
}

#[test]
fn a_hook_can_keep_a_body_from_running() {
    static RAN: AtomicU32 = AtomicU32::new(0);

    fn not_today(_: &NodeInfo<'_>, old: &State, new: &State) -> Option<Signal> {
        let starts = old.kind == StateType::Pending && new.kind == StateType::Running;
        starts.then(|| Signal::skip("not today"))
    }
    #[task(on_state = not_today)]
    fn body() -> u32 {
        RAN.fetch_add(1, Ordering::Relaxed)
    }
    let run = Runner::in_memory()
        .run_to_end(flow! { a = body(); b = plus_one(a); })
        .unwrap();
    assert_eq!(states(&run), ["Skipped: not today", "Skipped: `a` is Skipped"]);
    assert_eq!(RAN.load(Ordering::Relaxed), 0);
}

#[test]
fn a_hook_that_fails_or_panics_fails_its_node() {
    fn breaks(_: &NodeInfo<'_>, _: &State, new: &State) -> Result<(), String> {
        if new.kind == StateType::Success {
            Err("no network".to_owned())
        } else {
            Ok(())
        }
    }
    fn panics(_: &NodeInfo<'_>, _: &State, new: &State) {
        assert!(new.kind != StateType::Running, "not ready");
    }
    #[task(on_state = breaks)]
    fn fine() -> u32 {
        1
    }
    #[task(on_state = panics, retries = 3)]
    fn fine_too() -> u32 {
        1
    }
    #[task]
    fn other() -> u32 {
        1
    }
    let run = Runner::in_memory()
        .run_to_end(flow! { a = fine(); b = fine_too(); c = other(); })
        .unwrap();
    assert_eq!(
        states(&run),
        [
            "Failed: its hook `breaks` failed: no network",
            "Failed: its hook `panics` failed: panicked: not ready",
            "Success",
        ]
    );
}

#[test]
fn a_hook_may_have_a_result_repeated() {
    fn even(_: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
        static ASKED: AtomicU32 = AtomicU32::new(0);
        let first = new.kind == StateType::Success && ASKED.fetch_add(1, Ordering::Relaxed) == 0;
        first.then(|| Signal::retry_in(std::time::Duration::ZERO, "once more").uncounted())
    }
    #[task(on_state = even)]
    fn counts(cx: &flow_runtime::Context) -> u32 {
        cx.attempt()
    }
    let run = Runner::in_memory()
        .run(flow! { a = counts(); b = plus_one(a); b })
        .unwrap();
    assert_eq!(*run.output(), 3, "the second result counts");
}

#[test]
fn hooks_of_the_run_see_what_those_of_the_task_made_of_it() {
    fn forgive(_: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
        new.kind.is_failed().then(|| Signal::skip("forgiven"))
    }
    #[task(on_state = forgive)]
    fn sins() -> Result<u32, String> {
        Err("oops".to_owned())
    }
    let changes = Changes::default();
    let run = changes.runner().run_to_end(flow! { a = sins(); }).unwrap();
    assert_eq!(states(&run), ["Skipped: forgiven"]);
    assert_eq!(
        changes.of("a"),
        ["1: Pending -> Running", "1: Running -> Skipped"]
    );
}

#[test]
fn on_failure_is_called_once_and_sees_every_attempt() {
    static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

    fn alert(failed: &FailedNode<'_>) {
        let mut told = TOLD.lock().unwrap();
        told.push(format!("{}: {}", failed.node().name(), failed.state()));
        told.push(failed.failure().unwrap().to_string());
        for attempt in failed.attempts() {
            told.push(format!("{} {}", attempt.number(), attempt.state()));
        }
    }
    #[task(retries = 1, on_failure = alert)]
    fn hopeless(cx: &flow_runtime::Context) -> Result<u32, String> {
        Err(format!("error {}", cx.attempt()))
    }
    #[task(retries = 1, on_failure = alert)]
    fn recovers(cx: &flow_runtime::Context) -> Result<u32, String> {
        if cx.attempt() == 1 {
            Err("at first".to_owned())
        } else {
            Ok(1)
        }
    }
    let run = Runner::in_memory()
        .run_to_end(flow! { a = hopeless(); b = recovers(); })
        .unwrap();
    assert_eq!(states(&run), ["Failed: error 2 (attempt 2)", "Success"]);
    let told = TOLD.lock().unwrap();
    assert_eq!(told[0], "a: Failed: error 2");
    assert!(
        told[1].starts_with("node `a` of flow `") && told[1].contains("hooks.rs:"),
        "{}",
        told[1]
    );
    assert_eq!(
        told[2..],
        [
            "1 Retrying: error 1 (attempt 1, 0 retries left)",
            "2 Failed: error 2"
        ]
    );
}

#[test]
fn a_failing_failure_hook_is_told_with_the_failure() {
    fn alert(_: &FailedNode<'_>) -> Result<(), BoxError> {
        Err("the mail server is down".into())
    }
    #[task(on_failure = alert)]
    fn fails() -> Result<u32, String> {
        Err("oops".to_owned())
    }
    let run = Runner::in_memory().run_to_end(flow! { a = fails(); }).unwrap();
    assert_eq!(
        states(&run),
        ["Failed: oops; its hook `alert` failed: the mail server is down"]
    );
}

#[test]
fn a_hook_ends_the_run() {
    fn enough(node: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
        (node.name() == "b" && new.kind == StateType::Running).then(|| Signal::end_run("enough"))
    }
    #[task]
    fn one() -> u32 {
        1
    }
    let f = flow! { a = one(); b = plus_one(a); c = plus_one(b); };
    let run = Runner::in_memory().on_state(enough).run_to_end(f).unwrap();
    assert_eq!(
        states(&run),
        ["Success", "Cancelled: enough", "Cancelled: enough"]
    );
}

#[test]
fn all_hooks_of_a_run_see_one_order() {
    #[task]
    fn leaf(n: u32) -> u32 {
        n
    }
    let order = std::sync::Arc::new(Mutex::new((Vec::new(), Vec::new())));
    let (first, second) = (order.clone(), order.clone());
    let f = flow! {
        a = leaf(1); b = leaf(2); c = leaf(3); d = leaf(4); e = plus_one(a); g = plus_one(b); h = plus_one(c);
    };
    let line = |node: &NodeInfo<'_>, new: &State| format!("{} {}", node.name(), new.kind);
    let run = Runner::in_memory()
        .jobs(4)
        .on_state(move |node: &NodeInfo<'_>, _: &State, new: &State| {
            first.lock().unwrap().0.push(line(node, new));
        })
        .on_state(move |node: &NodeInfo<'_>, _: &State, new: &State| {
            second.lock().unwrap().1.push(line(node, new));
        })
        .run(f)
        .unwrap();
    assert_eq!(run.state().kind, StateType::Success);
    let seen = order.lock().unwrap();
    assert_eq!(seen.0.len(), 14);
    assert_eq!(seen.0, seen.1);
}

#[test]
fn hooks_hear_of_a_node_whose_trigger_panics() {
    static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

    fn breaks(_: &[UpstreamState]) -> bool {
        panic!("no rule")
    }
    fn note(_: &NodeInfo<'_>, old: &State, new: &State) {
        let change = format!("{} -> {}", old.kind, new.kind);
        SEEN.lock().unwrap().push(change);
    }
    fn alert(failed: &FailedNode<'_>) {
        let attempts = failed.attempts().len();
        let mut seen = SEEN.lock().unwrap();
        seen.push(format!(
            "failed after {attempts} attempts: {:?}",
            failed.failure()
        ));
    }
    #[task]
    fn one() -> u32 {
        1
    }
    #[task(trigger = breaks, on_state = note, on_failure = alert)]
    #[allow(
        clippy::needless_pass_by_value,
        reason = "an `Outcome` is handed over by value"
    )]
    fn broken(of: Outcome<&u32>) -> bool {
        of.is_success()
    }
    let run = Runner::in_memory().run_to_end(flow! { a = one(); b = broken(a); });
    assert_eq!(kinds(&run.unwrap()), [StateType::Success, StateType::Failed]);
    let failure =
        "NodeFailure { flow: \"flow\", node: \"b\", cause: Panic(\"no rule (in its trigger)\"), .. }";
    assert_eq!(
        *SEEN.lock().unwrap(),
        [
            "Pending -> Failed".to_owned(),
            format!("failed after 0 attempts: Some({failure})"),
        ]
    );
}

#[test]
fn a_value_of_a_hook_is_kept_though_its_node_does_not_run() {
    fn mends(_: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
        (new.kind == StateType::TriggerFailed).then(|| Signal::succeed(7_u32))
    }
    #[task]
    fn fails() -> Result<u32, String> {
        Err("oops".to_owned())
    }
    #[task(on_state = mends)]
    fn mended(n: u32) -> u32 {
        n
    }
    #[task]
    fn plus_one(n: u32) -> u32 {
        n + 1
    }
    flow! {
        fn mending() -> u32 { a = fails(); b = mended(a); c = plus_one(b); c }
    }
    let store = tempfile::tempdir().unwrap();
    let run = Runner::new().store(store.path()).run(mending()).unwrap();
    assert_eq!(*run.output(), 8);
    assert_eq!(run.result(mending::b).map_err(|error| error.to_string()), Ok(&7));
}

#[test]
fn on_failure_hears_of_a_node_that_a_hook_failed_without_running() {
    static TOLD: AtomicU32 = AtomicU32::new(0);

    fn sharpens(_: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
        (new.kind == StateType::TriggerFailed).then(|| Signal::fail("it does matter"))
    }
    fn alert(_: &FailedNode<'_>) {
        TOLD.fetch_add(1, Ordering::SeqCst);
    }
    #[task]
    fn fails() -> Result<u32, String> {
        Err("oops".to_owned())
    }
    #[task(on_state = sharpens, on_failure = alert)]
    fn failed(n: u32) -> u32 {
        n
    }
    let run = Runner::in_memory().run_to_end(flow! { a = fails(); b = failed(a); });
    assert_eq!(kinds(&run.unwrap()), [StateType::Failed, StateType::Failed]);
    assert_eq!(TOLD.load(Ordering::SeqCst), 1);
}
