//! How long a store keeps the runs that it keeps itself: the newest finished ones of each flow, and all that can go on.

use std::collections::BTreeSet;

use flow_runtime::store::{Blocking, BlockingStore as _, MemoryStore};
use flow_runtime::{Budget, RunState, Runner, Slice, flow, task};

use crate::place::Tested;

/// Too large for the log of its run.
#[task]
fn rows(seed: u32) -> Vec<u32> {
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
    let of_others = runs(&memory)?;
    let finished = (0..4)
        .map(|seed| finish(&memory, seed))
        .collect::<Tested<Vec<_>>>()?;
    let ids: Vec<&String> = finished.iter().map(|(_, id)| id).collect();
    let expected: Vec<&String> = of_others.iter().chain(ids[2..].iter().copied()).collect();
    assert_eq!(runs(&memory)?.iter().collect::<Vec<_>>(), expected);

    // What is kept is kept whole: the last message comes again, and no body runs for it.
    let (message, _) = &finished[3];
    let Slice::Finished(run) =
        runner(&memory).slice(fetching::restore(message.clone())?, Budget::tasks(1))?
    else {
        panic!("it has finished");
    };
    assert_eq!(run.result(fetching::a)?[0], 3);
    // And what was pending goes on, however many have finished since. It is older than they are, and stays now that it has
    // finished itself: its results may be asked for.
    let run = runner(&memory).resume(fetching::restore(pending)?)?;
    assert_eq!((*run.output(), run.result(fetching::a)?.len()), (100, 5000));
    Ok(())
}
