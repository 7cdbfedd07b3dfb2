//! Messages are delivered twice, processes die between two slices: what has finished does not run again.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use flow_runtime::state::{NodeState, RunState};
use flow_runtime::store::{Blocking, LocalStore, MemoryStore};
use flow_runtime::{BoxError, Budget, Context, NodeInfo, Runner, Slice, State, StateType, flow, task};

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
        // Delivered twice: what the journal knows better comes without it.
        runner.slice(three::restore(state.clone())?, Budget::tasks(1))?;
        let state = match runner.slice(three::restore(state)?, Budget::tasks(1))? {
            Slice::CallAgain { state, .. } => state,
            Slice::Finished(run) => run.run_state()?,
        };
        let after = serde_json::to_value(&state)?;
        assert_eq!(
            (&after["flow_state"], &after["trace"]),
            (&document["flow_state"], &document["trace"])
        );
        for node in 0..3 {
            assert_eq!(after["nodes"][node]["cost"], 1.25);
            assert_eq!(after["nodes"][node]["task"]["pool"], "large");
            // Said of a state: it does not hold of another one.
            let [before, now] = [&document, &after].map(|of| &of["nodes"][node]["state"]);
            let is_same = before["type"] == now["type"];
            let expected = if is_same {
                before["heat"].clone()
            } else {
                serde_json::Value::Null
            };
            assert_eq!(now["heat"], expected, "{node}");
            assert_eq!(is_same, node == 0 || (node == 2 && place.is_none()), "{node}");
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
fn what_the_journal_says_is_not_written_again() -> Tested {
    #[task(retries = 1)]
    fn second(cx: &Context) -> Result<u32, String> {
        if cx.attempt() == 1 {
            Err("once".to_owned())
        } else {
            Ok(1)
        }
    }
    #[task]
    fn next(x: u32) -> u32 {
        x + 1
    }
    flow! {
        fn chain() -> u32 {
            a = second(); b = second(); c = second(); d = second();
            e = next(a); f = next(e); g = next(f); h = next(g);
            h
        }
    }

    let place = Place::new()?;
    let Slice::CallAgain { state, .. } = place.runner().slice(chain(), Budget::tasks(8))? else {
        panic!("it ended");
    };
    let run = state.run_id().unwrap_or("").to_owned();
    let journal = place.root().join(".flow/runs").join(run).join("journal");
    let mut message = state.to_json();
    let mut grown = Vec::new();
    let mut length = std::fs::metadata(&journal)?.len();
    for _ in 0..3 {
        let state = RunState::from_json(&message)?;
        let Slice::CallAgain { state, .. } =
            place.runner().slice(chain::restore(state)?, Budget::tasks(1))?
        else {
            panic!("it ended");
        };
        message = state.to_json();
        let now = std::fs::metadata(&journal)?.len();
        grown.push(now - length);
        length = now;
    }
    // What starts, what ends, and that a slice begins: no more for all that has ended before.
    assert!(grown.iter().all(|grown| *grown < 200), "{grown:?}");
    Ok(())
}

#[test]
fn a_node_that_was_paused_does_not_start_over_when_its_message_comes_a_third_time() -> Tested {
    static SEEN: Mutex<Vec<(&str, u32)>> = Mutex::new(Vec::new());
    #[task]
    fn patient(cx: &Context) -> Result<u32, BoxError> {
        SEEN.lock().expect("no panic").push((cx.node(), cx.attempt()));
        if cx.attempt() < 3 {
            Err(cx.pause("not yet").into())
        } else {
            Ok(cx.attempt())
        }
    }
    flow! { fn three() { a = patient(); b = patient(); c = patient(); } }

    let place = Place::new()?;
    let runner = place.runner().jobs(1);
    let Slice::CallAgain { state, .. } = runner.slice(three(), Budget::tasks(1))? else {
        panic!("it ended");
    };
    for tasks in [3, 2, 1, 3] {
        // The second and third have nothing for one or two of them; who was attempted less often goes first.
        runner.slice(three::restore(state.clone())?, Budget::tasks(tasks))?;
    }
    let seen = SEEN.lock().expect("no panic");
    for (node, expected) in [("a", &[1, 2, 3][..]), ("b", &[1, 2, 3]), ("c", &[1, 2, 3])] {
        let of = seen.iter().filter(|(name, _)| *name == node);
        assert_eq!(
            of.map(|(_, attempt)| *attempt).collect::<Vec<_>>(),
            expected,
            "{node}"
        );
    }
    Ok(())
}

#[test]
fn hooks_see_a_node_that_was_paused_go_on_from_pending() -> Tested {
    static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
    fn see(_: &NodeInfo<'_>, old: &State, new: &State) {
        SEEN.lock()
            .expect("no panic")
            .push(format!("{} to {}", old.kind, new.kind));
    }
    #[task(on_state = see, retries = 1)]
    fn slow(cx: &Context) -> Result<u32, BoxError> {
        match cx.attempt() {
            1 => Err(cx.pause("not yet").into()),
            2 => Err("once".into()),
            attempt => Ok(attempt),
        }
    }
    flow! { fn once() -> u32 { a = slow(); a } }

    let Slice::CallAgain { state, .. } = Runner::in_memory().slice(once(), Budget::tasks(1))? else {
        panic!("it ended");
    };
    Runner::in_memory().run(once::restore(state)?)?;
    assert_eq!(
        *SEEN.lock().expect("no panic"),
        [
            "Pending to Running",
            "Running to Paused",
            "Pending to Running",
            "Running to Retrying",
            "Retrying to Running",
            "Running to Success",
        ]
    );
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

#[test]
fn slices_in_a_store_and_runs_in_its_directory_leave_each_other_alone() -> Tested {
    #[task]
    fn rows() -> Vec<u32> {
        vec![7; 5000]
    }
    #[task]
    fn first(of: &[u32]) -> u32 {
        of[0]
    }
    flow! { fn fetching() -> u32 { a = rows(); b = first(a); b } }

    let place = Place::new()?;
    let sliced = || Runner::new().store_in(Blocking::new(LocalStore::new(place.root())));
    let Slice::CallAgain { state, .. } = sliced().slice(fetching(), Budget::tasks(1))? else {
        panic!("it ended");
    };
    // Large results that stay with a run, of which this one knows no more than of the other.
    drop(place.runner().run(fetching())?);
    let run = state.run_id().unwrap_or("").to_owned();
    assert_eq!(sliced().recorded(&run)?.slice(), 1);
    let run = match sliced().slice(fetching::restore(state)?, Budget::tasks(1))? {
        Slice::Finished(run) => run,
        Slice::CallAgain { state, .. } => panic!("{state:?}"),
    };
    assert_eq!((*run.output(), run.result(fetching::a)?.len()), (7, 5000));
    Ok(())
}
