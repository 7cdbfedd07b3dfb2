//! Messages are delivered twice, processes die between two slices: what has finished does not run again.

use std::sync::atomic::{AtomicU32, Ordering};

use flow_runtime::state::{NodeState, RunState};
use flow_runtime::store::{Blocking, MemoryStore};
use flow_runtime::{Budget, Runner, Slice, StateType, flow, task};

use crate::place::{Place, Tested};

static RUNS: AtomicU32 = AtomicU32::new(0);

#[task]
fn counted(x: u32) -> u32 {
    RUNS.fetch_add(1, Ordering::Relaxed);
    x + 1
}

flow! { fn chain() -> u32 { a = counted(0); b = counted(a); c = counted(b); d = counted(c); d } }

#[test]
fn a_message_that_is_delivered_twice_repeats_nothing() -> Tested {
    let place = Place::new()?;
    let mut message = None::<String>;
    let mut slices = 0;
    let run = loop {
        let mut answers = Vec::new();
        // Every message but the first: that one has no run yet that a second delivery could find.
        let deliveries = if message.is_some() { 2 } else { 1 };
        for _ in 0..deliveries {
            answers.push(match &message {
                None => place.runner().slice(chain(), Budget::tasks(1))?,
                Some(json) => place
                    .runner()
                    .slice(chain::restore(RunState::from_json(json)?)?, Budget::tasks(1))?,
            });
            slices += 1;
        }
        match answers.swap_remove(0) {
            Slice::Finished(run) => break run,
            Slice::CallAgain { state, .. } => message = Some(state.to_json()),
        }
        assert!(slices < 20);
    };
    assert_eq!(*run.output(), 4);
    assert_eq!(RUNS.load(Ordering::Relaxed), 4);
    Ok(())
}

#[test]
fn a_slice_given_a_finished_state_answers_finished_and_runs_nothing() -> Tested {
    #[task]
    fn fails() -> Result<u32, String> {
        static ATTEMPTS: AtomicU32 = AtomicU32::new(0);
        assert_eq!(ATTEMPTS.fetch_add(1, Ordering::Relaxed), 0, "it ran again");
        Err("no".to_owned())
    }
    flow! { fn once() -> u32 { a = fails(); a } }

    let place = Place::new()?;
    let Slice::Finished(run) = place.runner().slice(once(), Budget::tasks(3))? else {
        panic!("it goes on")
    };
    let state = run.run_state()?;
    let Slice::Finished(run) = place.runner().slice(once::restore(state)?, Budget::tasks(3))? else {
        panic!("it goes on");
    };
    assert_eq!(run.state().kind, StateType::Failed);
    assert!(
        run.report()
            .is_some_and(|report| report.contains("failed earlier")),
        "{:?}",
        run.report()
    );
    Ok(())
}

#[test]
fn a_store_that_is_no_directory_keeps_what_its_slices_have_done() -> Tested {
    static RAN: AtomicU32 = AtomicU32::new(0);
    #[task]
    fn large(x: u32) -> Vec<u32> {
        RAN.fetch_add(1, Ordering::Relaxed);
        vec![x; 5000]
    }
    #[task]
    fn sum(of: &[u32]) -> u32 {
        RAN.fetch_add(1, Ordering::Relaxed);
        of.iter().sum()
    }
    flow! { fn summing() -> u32 { a = large(2); b = sum(a); c = large(b); d = sum(c); d } }

    let memory = MemoryStore::new();
    let runner = || Runner::new().store_in(Blocking::new(memory.clone()));
    let Slice::CallAgain { state, .. } = runner().slice(summing(), Budget::tasks(1))? else {
        panic!("it ended");
    };
    // The first message again and again: whatever it says, the store knows more.
    let message = state.to_json();
    for done in 2..=4 {
        let state = RunState::from_json(&message)?;
        match runner().slice(summing::restore(state)?, Budget::tasks(1))? {
            Slice::Finished(run) => assert_eq!((done, *run.output()), (4, 10_000 * 5000)),
            Slice::CallAgain { state, .. } => {
                let has_value = |node: &&NodeState| node.state().kind.has_value();
                assert_eq!(state.nodes().filter(has_value).count(), done);
            }
        }
    }
    assert_eq!(RAN.load(Ordering::Relaxed), 4);
    assert_eq!(runner().recorded(state.run_id().unwrap_or(""))?.slice(), 4);
    Ok(())
}

#[test]
fn what_a_newer_version_has_said_is_handed_on() -> Tested {
    #[task]
    fn one() -> u32 {
        1
    }
    flow! { fn three() { a = one(); b = one(upstream: [a]); c = one(upstream: [b]); } }

    for place in [Some(Place::new()?), None] {
        let runner = place.as_ref().map_or_else(Runner::in_memory, Place::runner);
        let Slice::CallAgain { state, .. } = runner.slice(three(), Budget::tasks(1))? else {
            panic!("it ended");
        };
        let mut document = serde_json::to_value(&state)?;
        document["flow_state"] = "1.4".into();
        document["trace"] = serde_json::json!({"id": [7]});
        for node in 0..3 {
            document["nodes"][node]["cost"] = 1.25.into();
            document["nodes"][node]["task"]["pool"] = "large".into();
            document["nodes"][node]["state"]["heat"] = node.into();
        }
        let state = RunState::from_json(document.to_string())?;
        let Slice::CallAgain { state, .. } = runner.slice(three::restore(state)?, Budget::tasks(1))? else {
            panic!("it ended");
        };
        let after = serde_json::to_value(&state)?;
        assert_eq!(
            (&after["flow_state"], &after["trace"]),
            (&document["flow_state"], &document["trace"])
        );
        for node in 0..3 {
            assert_eq!(after["nodes"][node]["cost"], 1.25);
            assert_eq!(after["nodes"][node]["task"]["pool"], "large");
            // Said of a state that the second node is not in any more.
            let heat = document["nodes"][node]["state"]["heat"].clone();
            let expected = if node == 1 { serde_json::Value::Null } else { heat };
            assert_eq!(after["nodes"][node]["state"]["heat"], expected, "{node}");
        }
    }
    Ok(())
}

#[test]
fn what_a_node_has_been_through_is_told_in_every_later_slice() -> Tested {
    static ATTEMPTS: AtomicU32 = AtomicU32::new(0);
    #[task(retries = 1)]
    fn second() -> Result<u32, String> {
        match ATTEMPTS.fetch_add(1, Ordering::Relaxed) {
            0 => Err("not yet".to_owned()),
            _ => Ok(1),
        }
    }
    flow! { fn two() { a = second(); b = second(upstream: [a]); c = second(upstream: [b]); } }

    let place = Place::new()?;
    let Slice::CallAgain { state, .. } = place.runner().slice(two(), Budget::tasks(2))? else {
        panic!("it ended");
    };
    let before = state.node("a").cloned().expect("it is there");
    assert_eq!((before.attempts(), before.past().len()), (2, 1));
    let state = RunState::from_json(state.to_json())?;
    let Slice::CallAgain { state, .. } = place.runner().slice(two::restore(state)?, Budget::tasks(1))? else {
        panic!("it ended");
    };
    let after = state.node("a").expect("it is there");
    assert_eq!((after.attempts(), after.past().len()), (2, 1));
    assert_eq!(after.past()[0].state(), before.past()[0].state());
    Ok(())
}

#[test]
fn a_result_that_left_a_state_for_the_store_is_not_made_again_where_its_file_is_gone() -> Tested {
    static RAN: AtomicU32 = AtomicU32::new(0);
    #[task]
    fn words(x: u32) -> String {
        RAN.fetch_add(1, Ordering::Relaxed);
        "word ".repeat(usize::try_from(x).unwrap_or(0))
    }
    #[task]
    fn length(of: &str) -> usize {
        of.len()
    }
    flow! { fn counting() -> usize { a = words(500); b = length(a); b } }

    let place = Place::new()?;
    let runner = || place.runner().state_limit(1500);
    let Slice::CallAgain { state, .. } = runner().slice(counting(), Budget::tasks(1))? else {
        panic!("it ended");
    };
    // No journal names the file: what collects garbage takes it.
    let results = place
        .root()
        .join(".flow/runs")
        .join(state.run_id().unwrap_or(""))
        .join("results");
    assert_eq!(std::fs::read_dir(&results)?.count(), 1);
    std::fs::remove_dir_all(results)?;
    let Slice::Finished(run) = runner().slice(counting::restore(state)?, Budget::tasks(1))? else {
        panic!("it goes on");
    };
    assert_eq!((*run.output(), RAN.load(Ordering::Relaxed)), (2500, 1));
    Ok(())
}
