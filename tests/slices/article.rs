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

#[test]
fn every_list_that_prefect_published_goes_on_to_the_end() -> Tested {
    let rounds = include_str!("../../flow-runtime/tests/prefect/article_loop_by_slug.json");
    let rounds: Vec<serde_json::Value> = serde_json::from_str(rounds)?;
    assert_eq!(rounds.len(), 8);
    for (round, published) in rounds.iter().enumerate() {
        let place = Place::new()?;
        let state = RunState::from_json(published["published"].to_string())?;
        let run = place.runner().run(article::restore(state)?)?;
        assert!(run.nodes().all(|(_, state)| state.kind == StateType::Success));
        // What Prefect had run is not run again.
        let attempts = |node: &NodeState| node.attempts();
        let ran: u32 = run.run_state()?.nodes().map(attempts).sum();
        assert_eq!(ran as usize, 7 - round, "{round}");

        // One task per invocation, from there.
        let place = Place::new()?;
        let mut state = RunState::from_json(published["published"].to_string())?;
        let mut invocations = 0;
        loop {
            match place.runner().slice(article::restore(state)?, Budget::tasks(1))? {
                Slice::Finished(_) => break,
                Slice::CallAgain { state: next, .. } => state = RunState::from_json(next.to_list_json())?,
            }
            invocations += 1;
        }
        assert_eq!(invocations, 6_usize.saturating_sub(round), "{round}");
    }
    Ok(())
}
