//! How long a store keeps the runs that it keeps itself: the newest finished ones of each flow, and all that can go on.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::sync::atomic::{AtomicU32, Ordering};

use flow_runtime::store::{Blocking, BlockingStore as _, MemoryStore, StorePath};
use flow_runtime::{Budget, RunState, Runner, Slice, flow, task};

use crate::place::Tested;

/// How often rows of this seed were made.
static MADE: AtomicU32 = AtomicU32::new(0);
const COUNTED: u32 = 33;

/// Too large for the log of its run.
#[task]
fn rows(seed: u32) -> Vec<u32> {
    if seed == COUNTED {
        MADE.fetch_add(1, Ordering::SeqCst);
    }
    vec![seed; 5000]
}

#[task]
fn first(of: &[u32]) -> u32 {
    of[0]
}

flow! { fn fetching(seed: u32) -> u32 { a = rows(seed); b = first(a); b } }
flow! { fn other(seed: u32) -> u32 { a = rows(seed); b = first(a); b } }

fn runner(memory: &MemoryStore) -> Runner {
    Runner::new().store_in(Blocking::new(memory.clone())).keep(2)
}

/// The runs of which there is anything, the oldest first.
fn runs(memory: &MemoryStore) -> Tested<Vec<String>> {
    let paths = memory.list(None)?;
    let ids = paths.iter().filter_map(|path| path.segments().nth(2));
    let ids: BTreeSet<String> = ids.map(str::to_owned).collect();
    Ok(ids.into_iter().collect())
}

/// One slice after the other; the state before the last, and the run's id.
fn finish(memory: &MemoryStore, seed: u32) -> Tested<(RunState, String)> {
    let Slice::CallAgain { state, .. } = runner(memory).slice(fetching(seed), Budget::tasks(1))? else {
        panic!("one of two");
    };
    let Slice::Finished(run) = runner(memory).slice(fetching::restore(state.clone())?, Budget::tasks(1))?
    else {
        panic!("two of two");
    };
    assert_eq!(*run.output(), seed);
    Ok((state, run.id().as_str().to_owned()))
}

#[test]
fn the_newest_finished_runs_of_a_flow_stay_and_all_that_can_go_on() -> Tested {
    let memory = MemoryStore::new();
    let begun = runner(&memory).slice(fetching(100), Budget::tasks(1))?;
    let Slice::CallAgain { state: pending, .. } = begun else {
        panic!("one of two");
    };
    for seed in 0..2 {
        runner(&memory).slice(other(seed), Budget::tasks(2))?;
    }
    let others = runs(&memory)?;
    let finished = [0, 1, 2, COUNTED]
        .map(|seed| finish(&memory, seed))
        .into_iter()
        .collect::<Tested<Vec<_>>>()?;
    let ids: Vec<&String> = finished.iter().map(|(_, id)| id).collect();
    let expected: Vec<&String> = others.iter().chain(ids[2..].iter().copied()).collect();
    assert_eq!(runs(&memory)?.iter().collect::<Vec<_>>(), expected);

    // What is kept is kept whole: the last message comes again, and no body runs for it.
    let (message, _) = &finished[3];
    let Slice::Finished(run) =
        runner(&memory).slice(fetching::restore(message.clone())?, Budget::tasks(1))?
    else {
        panic!("it has finished");
    };
    assert_eq!(run.result(fetching::a)?[0], COUNTED);
    assert_eq!(MADE.load(Ordering::SeqCst), 1);

    // What was pending goes on, however many have finished since. It is older than they are, and stays when it has finished
    // itself, for its results may be asked for; of the others the newest two stay too.
    let Slice::Finished(run) = runner(&memory).slice(fetching::restore(pending)?, Budget::tasks(1))? else {
        panic!("two of two");
    };
    assert_eq!((*run.output(), run.result(fetching::a)?.len()), (100, 5000));
    assert_eq!(runs(&memory)?.iter().collect::<Vec<_>>(), expected);
    // It goes with the next one.
    let (_, newest) = finish(&memory, 5)?;
    let found = |run: &str| {
        Ok::<_, flow_runtime::RunsError>(runner(&memory).recorded(run)?.run_id().map(str::to_owned))
    };
    assert_eq!(found("latest")?.as_ref(), Some(&newest));
    assert_eq!(found(&newest[..newest.len() - 1])?.as_ref(), Some(&newest));
    assert!(found(&newest[..2]).is_err(), "several begin so");
    assert!(found("no such run").is_err());
    let expected: Vec<&String> = others[1..].iter().chain([ids[3], &newest]).collect();
    assert_eq!(runs(&memory)?.iter().collect::<Vec<_>>(), expected);
    Ok(())
}

/// The marker of a run that has ended.
fn marker(memory: &MemoryStore, run: &str) -> Tested<StorePath> {
    let mut paths = memory.list(None)?;
    paths.retain(|path| path.as_str().contains(&format!("/{run}/ended-")));
    Ok(paths.pop().ok_or("it has not ended")?)
}

#[test]
fn a_run_that_goes_on_has_not_ended_whatever_its_marker_says() -> Tested {
    let memory = MemoryStore::new();
    let (_, going) = finish(&memory, 1)?;
    // Another process has written to its log since.
    let next = StorePath::new(format!(".flow/stored/{going}/log/00000099"))?;
    memory.put(&next, b"what it writes")?;
    for seed in 2..6 {
        finish(&memory, seed)?;
    }
    let left = runs(&memory)?;
    assert_eq!((left.len(), left[0] == going), (3, true), "{left:?}");
    memory.delete(&next)?;
    finish(&memory, 6)?;
    assert_eq!(runs(&memory)?.len(), 2);
    Ok(())
}

#[test]
fn a_run_that_is_being_removed_does_not_go_on_and_goes_at_last() -> Tested {
    let memory = MemoryStore::new();
    let (message, run) = finish(&memory, 1)?;
    // Who removes it has died.
    let marker = marker(&memory, &run)?;
    let mut said: serde_json::Value = serde_json::from_slice(&memory.get(&marker)?.ok_or("it is there")?)?;
    assert_eq!(said["state"], "Success");
    said["state"] = "Removed".into();
    memory.put(&marker, &serde_json::to_vec(&said)?)?;
    let refused = runner(&memory).slice(fetching::restore(message)?, Budget::tasks(1));
    let error = refused.map(drop).expect_err("it is being removed");
    let cause = error.source().ok_or("it has a cause")?;
    assert!(cause.to_string().contains(&run), "{error}: {cause}");
    finish(&memory, 2)?;
    assert!(!runs(&memory)?.contains(&run));
    Ok(())
}
