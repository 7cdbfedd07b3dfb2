//! Rules on a node: each over its task's, several at once, in one attribute and in two; triggers by path.
use flow_runtime::plan::UpstreamState;
use flow_runtime::{FailedNode, NodeInfo, Outcome, Runner, Signal, State, flow, task};

mod rules {
    use flow_runtime::plan::UpstreamState;

    pub fn two_failed(upstream: &[UpstreamState]) -> bool {
        upstream.iter().filter(|upstream| upstream.state.is_failed()).count() == 2
    }
}

fn named_bad(upstream: &[UpstreamState]) -> bool {
    upstream.iter().any(|upstream| upstream.node == "bad")
}

// Hooks with names that the macro could have taken.
fn node(_: &NodeInfo<'_>, _: &State, _: &State) {}

fn failure(_: &FailedNode<'_>) -> Result<(), std::io::Error> {
    Ok(())
}

fn hook(_: &NodeInfo<'_>, _: &State, _: &State) -> Result<Option<Signal>, String> {
    Ok(None)
}

fn worth(error: &String) -> bool {
    !error.is_empty()
}

#[task(retries = 1, retry_delay = "1ms", backoff(factor = 2), tags = ["db"])]
fn broken() -> Result<u32, String> {
    Err("broken".to_owned())
}

#[task(
    retries = 1,
    retry_delay = "1ms",
    backoff(factor = 1.5, max = "1s", jitter = 0.5),
    retry_if = worth,
    timeout = "1h 30m",
    trigger = all_successful,
    skip_on_upstream_skip = true,
    tags = ["db", "web"],
    on_state = node,
    on_failure = failure
)]
fn one() -> Result<u32, String> {
    Ok(1)
}

#[task]
fn tell(of: Outcome<&u32>) -> String {
    match of {
        Outcome::Success(value) => format!("{value}"),
        Outcome::Failed(failure) => failure.message().to_owned(),
        Outcome::Skipped | Outcome::Cancelled => String::new(),
    }
}

/// Of a task under `all_finished`, a node that wants successes.
#[task(trigger = all_finished)]
fn whatever(of: Outcome<&u32>) -> bool {
    of.is_success()
}

#[task(trigger = rules::two_failed)]
fn two(a: Outcome<&u32>, b: Outcome<&u32>) -> bool {
    a.failure().is_some() && b.failure().is_some()
}

flow! {
    fn several() {
        // What a task says, a node may take back.
        #[node(retries = 0, tags = [])]
        /// Docs between.
        #[node(timeout = "10s", on_state = hook, on_failure = self::failure)]
        bad = broken();
        #[node(backoff(factor = 1))]
        worse = broken();
        #[node(retry_delay = "0s")]
        at_once = broken();
        good = one();
        #[node(trigger = any_failed)]
        told = tell(bad);
        #[node(trigger = any_failed)]
        untold = tell(of: good);
        #[node(trigger = all_successful, skip_on_upstream_skip = false)]
        strict = whatever(good);
        both = two(bad, worse);
        one_of_them = two(good, worse);
        #[node(trigger = named_bad)]
        by_name = tell(bad);
        #[node(trigger = crate::named_bad)]
        in_expression = add(bad.clone().success().map_or(10, |value| *value), bad.is_success());
        #[node(trigger = all_failed)]
        after = one(upstream: [bad, worse]);
    }
}

#[task]
fn add(a: u32, b: bool) -> u32 {
    a + u32::from(b)
}

/// Under a rule of its own, a node of a bare flow in a function whose items it names.
fn bare() {
    fn never(_: &[UpstreamState]) -> bool {
        false
    }

    let f = flow! {
        a = one();
        #[node(trigger = never)]
        let b = tell(a);
        #[node(trigger = all_finished)]
        c = tell(b_of(a));
    };
    let run = Runner::in_memory().run_to_end(f).unwrap();
    assert_eq!(run.result(f.c()).unwrap(), "1");
    assert!(run.result(f.b()).is_err());
}

fn b_of(of: Outcome<&u32>) -> Outcome<&u32> {
    of
}

fn main() {
    bare();
    let run = Runner::in_memory().run_to_end(several()).unwrap();
    assert_eq!(run.result(several::told).unwrap(), "broken");
    assert!(run.result(several::untold).is_err());
    assert!(run.result(several::strict).unwrap());
    assert!(run.result(several::both).unwrap());
    assert!(run.result(several::one_of_them).is_err());
    assert_eq!(run.result(several::by_name).unwrap(), "broken");
    assert_eq!(*run.result(several::in_expression).unwrap(), 10);
    assert_eq!(*run.result(several::after).unwrap(), 1);
}
