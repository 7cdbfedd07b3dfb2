//! A flow in a function that may run only for a short while: one task per invocation, the states published after each,
//! until none is pending. A loop plays the queue and prints every message, and beside it what has become of the nodes.
//!
//! ```console
//! cargo run --example serverless_loop            # each invocation has a budget of one task
//! cargo run --example serverless_loop -- hook    # as the article does it: a hook ends the run
//! ```
//!
//! Both go on over targets of an earlier run, retries, a skipped task and one that always fails, without an invocation for
//! a node that has no body to run.

use std::error::Error;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};

use flow_runtime::state::RunState;
use flow_runtime::{BoxError, Budget, Context, Runner, Signal, Slice, StateType, flow, task};
use serde_json::{Value, json};

#[task(target = "<date:%Y-%m-%d>/<task_name>.txt")]
fn task1() -> String {
    "Task 1".to_owned()
}

/// Has the network against it: the first two attempts fail.
#[task(target = "<date:%Y-%m-%d>/<task_name>.txt", retries = 2)]
fn task2(cx: &Context) -> Result<String, String> {
    match cx.attempt() {
        1 | 2 => Err("connection reset".to_owned()),
        _ => Ok("Task 2".to_owned()),
    }
}

#[task(target = "<date:%Y-%m-%d>/<task_name>.txt")]
fn task3() -> String {
    "Task 3".to_owned()
}

#[task(target = "<date:%Y-%m-%d>/<task_name>.txt")]
fn task4(third: &str) -> String {
    format!("Task 4 after {third}")
}

#[task]
fn task5(cx: &Context) -> Result<u32, BoxError> {
    Err(cx.skip("nothing to do today").into())
}

#[task]
fn task6(fourth: &str) -> usize {
    fourth.len()
}

#[task]
fn task7(sixth: usize) -> Result<usize, String> {
    Err(format!("no room for {sixth} characters"))
}

#[task]
fn task8(skipped: Option<&u32>) -> String {
    format!("task 5 gave {skipped:?}")
}

flow! {
    /// The article's flow, with the data that its tasks hand on.
    fn article() {
        t1 = task1();
        t2 = task2();
        t3 = task3(upstream: [t1, t2]);
        t4 = task4(t3);
        t5 = task5(upstream: [t4]);
        t6 = task6(t4);
        t7 = task7(t6, upstream: [t2]);
        t8 = task8(t5, upstream: [t2, t3]);
    }
}

/// One invocation of the function: takes the message, answers the next one. Without `state` in the message the run
/// begins; without `state` in the answer it has ended.
pub type Handler = fn(&Runner, &Value) -> Result<Value, Box<dyn Error>>;

/// Each invocation has a budget of one task.
///
/// # Errors
/// The message holds no state of this flow, or the run could not be started or recorded.
pub fn with_a_budget(runner: &Runner, message: &Value) -> Result<Value, Box<dyn Error>> {
    let budget = Budget::tasks(1);
    let answer = match message.get("state") {
        None => runner.slice(article(), budget)?,
        Some(state) => runner.slice(article::restore(state.to_string().parse()?)?, budget)?,
    };
    Ok(match answer {
        Slice::CallAgain { state, not_before } => json!({ "state": state, "not_before": not_before }),
        Slice::Finished(run) => json!({ "finished": run.state().to_string() }),
    })
}

/// As the article does it: a hook ends the run when one task has run, and the next invocation opens it again.
///
/// # Errors
/// As [`with_a_budget`].
pub fn with_a_hook(runner: &Runner, message: &Value) -> Result<Value, Box<dyn Error>> {
    let started = AtomicU32::new(0);
    let runner = runner.clone().on_state(move |_, _, new| {
        let is_one_too_many = new.kind == StateType::Running && started.fetch_add(1, Ordering::Relaxed) > 0;
        is_one_too_many.then(|| Signal::end_run("one task an invocation"))
    });
    let run = match message.get("state") {
        None => runner.run_to_end(article())?,
        Some(state) => runner.run_to_end(article::restore(state.to_string().parse()?)?)?,
    };
    let state = run.run_state()?;
    let is_cancelled = state
        .nodes()
        .any(|node| node.state().kind == StateType::Cancelled);
    Ok(if is_cancelled || run.state().kind == StateType::Pending {
        json!({ "state": state.reopen() })
    } else {
        json!({ "finished": run.state().to_string() })
    })
}

/// Plays the queue: publishes each answer as the next message, as long as there is one.
///
/// # Errors
/// Those of the handler, and those of publishing.
pub fn play(
    handler: Handler,
    runner: &Runner,
    mut publish: impl FnMut(&Value) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let mut message = json!({});
    loop {
        message = handler(runner, &message)?;
        publish(&message)?;
        if message.get("state").is_none() {
            return Ok(());
        }
    }
}

/// A message in a line: what each node is.
fn summary(message: &Value) -> Result<String, Box<dyn Error>> {
    let Some(state) = message.get("state") else {
        return Ok(message.to_string());
    };
    let state: RunState = state.to_string().parse()?;
    let nodes: Vec<String> = state
        .nodes()
        .map(|node| format!("{} {}", node.slug(), node.state().kind))
        .collect();
    Ok(nodes.join(", "))
}

fn main() -> ExitCode {
    let handler: Handler = match std::env::args().nth(1).as_deref() {
        Some("hook") => with_a_hook,
        _ => with_a_budget,
    };
    let mut invocation = 0;
    let played = play(handler, &Runner::new(), |message| {
        invocation += 1;
        println!("{message}");
        eprintln!("invocation {invocation}: {}", summary(message)?);
        Ok(())
    });
    match played {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
