//! The serverless example: how many invocations it takes, and what each leaves.
#![allow(missing_docs, reason = "a test's name is its documentation")]

#[path = "../serverless_loop.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "a whole program with a `main` of its own"
)]
mod example;

use std::error::Error;
use std::path::Path;

use example::{Handler, play, with_a_budget, with_a_hook};
use flow_runtime::Runner;
use flow_runtime::state::RunState;
use serde_json::Value;

type Tested = Result<(), Box<dyn Error>>;

/// The messages that are published, the last without a state.
fn messages(handler: Handler, store: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut messages = Vec::new();
    play(handler, &Runner::new().store(store), |message| {
        messages.push(message.clone());
        assert!(messages.len() < 30, "it does not end");
        Ok(())
    })?;
    Ok(messages)
}

/// How many attempts have started, after each message.
fn attempts(messages: &[Value]) -> Result<Vec<u32>, Box<dyn Error>> {
    let states = messages.iter().filter_map(|message| message.get("state"));
    let count = |state: &Value| -> Result<u32, Box<dyn Error>> {
        let state: RunState = state.to_string().parse()?;
        Ok(state.nodes().map(flow_runtime::state::NodeState::attempts).sum())
    };
    states.map(count).collect()
}

#[test]
fn each_invocation_makes_one_attempt_until_none_is_pending() -> Tested {
    for handler in [with_a_budget as Handler, with_a_hook] {
        let store = tempfile::tempdir()?;
        let messages = messages(handler, store.path())?;
        // Eight tasks, two retries; the last attempt ends the run.
        assert_eq!(attempts(&messages)?, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let last = messages.last().and_then(|message| message["finished"].as_str());
        assert_eq!(last, Some("Failed: a reference node failed"));
    }
    Ok(())
}

#[test]
fn targets_of_an_earlier_run_cost_no_invocation() -> Tested {
    for handler in [with_a_budget as Handler, with_a_hook] {
        let store = tempfile::tempdir()?;
        messages(handler, store.path())?;
        // The four without a target run again.
        assert_eq!(attempts(&messages(handler, store.path())?)?, [1, 2, 3]);
    }
    Ok(())
}

#[test]
fn both_handlers_leave_the_same_states() -> Tested {
    let stores = [tempfile::tempdir()?, tempfile::tempdir()?];
    let budget = messages(with_a_budget, stores[0].path())?;
    let hook = messages(with_a_hook, stores[1].path())?;
    let kinds = |message: &Value| -> Result<Vec<String>, Box<dyn Error>> {
        let state: RunState = message["state"].to_string().parse()?;
        let of = |slug: &str, kind: String| format!("{slug} {kind}");
        Ok(state
            .nodes()
            .map(|node| of(node.slug(), node.state().kind.to_string()))
            .collect())
    };
    // All but the messages on the way of the retries, which reopen as Pending what waits as Retrying.
    for (budget, hook) in budget.iter().zip(&hook).take(9).skip(3) {
        assert_eq!(kinds(budget)?, kinds(hook)?);
    }
    Ok(())
}
