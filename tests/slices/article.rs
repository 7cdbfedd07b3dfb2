//! The article's flow, one task per invocation.

use flow_runtime::state::{NodeState, RunState};
use flow_runtime::{Budget, Runner, Slice, StateType, flow, task};

use crate::place::{Place, Tested};

#[task(target = "<date:%Y-%m-%d>/<task_name>.txt")]
fn task1() -> String {
    "Task 1".to_owned()
}

#[task(target = "<date:%Y-%m-%d>/<task_name>.txt")]
fn task2() -> String {
    "Task 2".to_owned()
}

#[task(target = "<date:%Y-%m-%d>/<task_name>.txt")]
fn task3() -> String {
    "Task 3".to_owned()
}

#[task(target = "<date:%Y-%m-%d>/<task_name>.txt")]
fn task4() -> String {
    "Task 4".to_owned()
}

#[task]
fn task5() -> u32 {
    5
}

#[task]
fn task6() -> u32 {
    6
}

#[task]
fn task7() -> u32 {
    7
}

#[task]
fn task8() -> u32 {
    8
}

flow! {
    /// The article's flow.
    fn article() {
        t1 = task1();
        t2 = task2();
        t3 = task3(upstream: [t1, t2]);
        t4 = task4(upstream: [t3]);
        t5 = task5(upstream: [t4]);
        t6 = task6(upstream: [t4]);
        t7 = task7(upstream: [t2, t6]);
        t8 = task8(upstream: [t2, t3]);
    }
}

/// Plays the queue: every answer is published as JSON and handed to the next invocation. How many nodes had a value after
/// each invocation.
fn play(runner: &Runner, budget: Budget) -> Result<Vec<usize>, Box<dyn std::error::Error>> {
    let count = |state: &RunState| state.nodes().filter(|node| node.state().kind.has_value()).count();
    let mut done = Vec::new();
    let mut message: Option<String> = None;
    loop {
        let answer = match message {
            None => runner.slice(article(), budget)?,
            Some(json) => runner.slice(article::restore(RunState::from_json(json)?)?, budget)?,
        };
        match answer {
            Slice::CallAgain { state, not_before } => {
                assert_eq!(not_before, None);
                done.push(count(&state));
                message = Some(state.to_json());
            }
            Slice::Finished(run) => {
                assert_eq!(run.state().kind, StateType::Success);
                done.push(count(&run.run_state()?));
                return Ok(done);
            }
        }
        assert!(done.len() < 20, "it does not end: {done:?}");
    }
}

#[test]
fn one_task_an_invocation_until_none_is_pending() -> Tested {
    let place = Place::new()?;
    assert_eq!(play(&place.runner(), Budget::tasks(1))?, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(
        play(&Runner::in_memory(), Budget::tasks(1))?,
        [1, 2, 3, 4, 5, 6, 7, 8]
    );
    Ok(())
}

#[test]
fn what_needs_no_body_costs_no_invocation() -> Tested {
    let place = Place::new()?;
    place.runner().run(article())?;
    // The four targets are there: they are Cached on the way to the four that have none.
    assert_eq!(play(&place.runner(), Budget::tasks(1))?, [5, 6, 7, 8]);
    Ok(())
}

#[test]
fn two_at_a_time_are_half_as_many_invocations() -> Tested {
    let place = Place::new()?;
    let done = play(&place.runner(), Budget::tasks(2))?;
    // Where only one is ready, one runs and what it makes ready uses the rest.
    assert_eq!(done, [2, 4, 6, 8]);
    Ok(())
}

#[test]
fn the_list_that_prefects_users_publish_is_read_and_written() -> Tested {
    let place = Place::new()?;
    let list = r#"[{"task": {"slug": "task1-1"}, "state": {"type": "Success", "message": ""}},
                   {"task": {"slug": "t2"}, "state": {"type": "Success"}},
                   {"task": {"slug": null, "name": "task3"}, "state": {"type": "Pending", "message": null}}]"#;
    let state = RunState::from_json(list)?;
    let Slice::CallAgain { state, .. } = place.runner().slice(article::restore(state)?, Budget::tasks(1))?
    else {
        panic!("it ended");
    };
    let kinds: Vec<StateType> = state.nodes().map(|node| node.state().kind).collect();
    use StateType::{Pending, Success};
    assert_eq!(
        kinds,
        [
            Success, Success, Success, Pending, Pending, Pending, Pending, Pending
        ]
    );
    let again = RunState::from_json(state.to_list_json())?;
    let slugs: Vec<&str> = again.nodes().map(NodeState::slug).collect();
    assert_eq!(slugs, ["t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8"]);
    Ok(())
}
