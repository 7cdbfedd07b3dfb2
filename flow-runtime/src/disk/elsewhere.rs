//! The same for a store that is no directory and keeps the runs of slices itself: each of its operations fails in turn,
//! once or for ever, and the message is delivered again when the store works.

use core::sync::atomic::Ordering;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::scene::{FILES, NODES, PASSING, SALT, scene, successes};
use crate::event::Event;
use crate::failure::chain;
use crate::store::failing::{Effect, FailingStore};
use crate::store::{Blocking, BlockingStore, MemoryStore, StoreErrorKind, StorePath};
use crate::{Budget, Run, RunState, Runner, Slice, StateType};

/// The nodes whose bodies came to a success.
type Ran = Arc<Mutex<BTreeSet<&'static str>>>;

fn runner(store: impl BlockingStore + 'static, ran: &Ran) -> Runner {
    let ran = Arc::clone(ran);
    let reader = move |event: &Event<'_>| {
        if let Event::NodeEnded { node, state, .. } = event
            && state.kind == StateType::Success
        {
            ran.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(node.name);
        }
    };
    Runner::new()
        .store_in(Blocking::new(store))
        .jobs(1)
        .reader(reader)
}

/// What became of a queue whose messages were all taken.
enum Queue {
    Ended(Run<scene>),
    /// A slice had no answer: this message is to be delivered again.
    Stuck(Option<String>),
}

/// Delivers message after message, two attempts for each.
fn play(runner: &Runner, mut message: Option<String>) -> Result<Queue, String> {
    for _ in 0..20 {
        let answer = match &message {
            None => runner.slice(scene(SALT), Budget::tasks(2)),
            Some(json) => {
                let state = RunState::from_json(json).and_then(scene::restore);
                runner.slice(state.map_err(|error| error.to_string())?, Budget::tasks(2))
            }
        };
        match answer {
            Ok(Slice::CallAgain { state, .. }) => message = Some(state.to_json()),
            Ok(Slice::Finished(run)) => return Ok(Queue::Ended(run)),
            Err(_) => return Ok(Queue::Stuck(message)),
        }
    }
    Err("it does not come to an end".to_owned())
}

/// What the store has recorded of the run of a message.
fn recorded(files: &MemoryStore, message: Option<&str>) -> Result<BTreeSet<&'static str>, String> {
    let Some(message) = message else {
        return Ok(BTreeSet::new());
    };
    let state = RunState::from_json(message).map_err(|error| error.to_string())?;
    let run = state.run_id().ok_or("a message names its run")?;
    let recorded = runner(files.clone(), &Ran::default()).recorded(run);
    Ok(successes(&recorded.map_err(|error| chain(&error))?))
}

/// Plays the queue with a store that fails after so many operations, then with one that works; `false` if it did not fail.
fn disturb(works: usize, fails: usize, effect: Effect) -> Result<bool, String> {
    let files = MemoryStore::new();
    let failing = match effect {
        Effect::None => FailingStore::for_some(files.clone(), works, fails, StoreErrorKind::Io),
        Effect::Full => FailingStore::new(files.clone(), works, effect),
    };
    let asked = failing.asked();
    let first = Ran::default();
    let stuck = play(&runner(failing, &first), None)?;
    let did_fail = asked.load(Ordering::Relaxed) > works;
    let (message, ended) = match stuck {
        Queue::Stuck(message) => (message, None),
        Queue::Ended(run) if run.state().kind == StateType::Success => {
            return check(&files, &run).map(|()| did_fail);
        }
        Queue::Ended(run) => {
            let state = run.run_state().map_err(|error| error.to_string())?;
            (Some(state.to_json()), Some(state))
        }
    };
    let safe = recorded(&files, message.as_deref())?;
    let ran = Ran::default();
    let working = runner(files.clone(), &ran);
    let run = match ended {
        Some(state) => {
            let restored = scene::restore(state).map_err(|error| error.to_string())?;
            working.resume(restored).map_err(|error| error.to_string())?
        }
        None => match play(&working, message)? {
            Queue::Ended(run) => run,
            Queue::Stuck(_) => return Err("it does not go on".to_owned()),
        },
    };
    let ran = ran.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(node) = safe.intersection(&ran).find(|node| **node != PASSING) {
        return Err(format!("`{node}` was recorded, and its body ran again"));
    }
    check(&files, &run).map(|()| did_fail)
}

fn check(files: &MemoryStore, run: &Run<scene>) -> Result<(), String> {
    if run.state().kind != StateType::Success {
        return Err(format!("{run:?}"));
    }
    for (file, expected) in FILES {
        let path = StorePath::new(file).map_err(|error| error.to_string())?;
        let found = files.get(&path).map_err(|error| error.to_string())?;
        if found.as_deref() != Some(expected.as_bytes()) {
            return Err(format!("{file} holds {found:?}"));
        }
    }
    Ok(())
}

#[test]
fn a_store_that_fails_at_any_operation_loses_nothing_that_its_slices_have_recorded() {
    let ways = [
        (1, Effect::None),
        (usize::MAX, Effect::None),
        (usize::MAX, Effect::Full),
    ];
    for (fails, effect) in ways {
        let mut works = 0;
        while disturb(works, fails, effect)
            .unwrap_or_else(|why| panic!("{works} work, then {fails} fail, {effect:?}: {why}"))
        {
            works += 1;
        }
        assert!(works > 60, "{works}");
    }
}

#[test]
fn a_message_whose_run_the_store_has_forgotten_is_seen_through() {
    // What the check above would say if a store lost what it had confirmed.
    let files = MemoryStore::new();
    let first = Ran::default();
    let Ok(Slice::CallAgain { state, .. }) =
        runner(files.clone(), &first).slice(scene(SALT), Budget::tasks(3))
    else {
        panic!("it has more to do");
    };
    let message = state.to_json();
    let safe = recorded(&files, Some(&message)).unwrap();
    assert!(safe.len() > 1 && safe.len() < NODES.len(), "{safe:?}");
    for path in files.list(None).unwrap() {
        files.delete(&path).unwrap();
    }
    assert!(recorded(&files, Some(&message)).is_err());
}
