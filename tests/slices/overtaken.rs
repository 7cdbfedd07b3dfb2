//! A process whose run goes on elsewhere, and that has not found out yet, takes nothing away from who drives it now.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Barrier, LazyLock};

use flow_runtime::store::{Blocking, BlockingStore as _, MemoryStore, StorePath};
use flow_runtime::{Budget, Runner, Slice, flow, task};

use crate::place::Tested;

/// The files of a store that are results without a target.
fn spilled(memory: &MemoryStore) -> Result<Vec<StorePath>, Box<dyn std::error::Error>> {
    let mut paths = memory.list(None)?;
    paths.retain(|path| path.as_str().contains("/results/"));
    Ok(paths)
}

#[test]
fn what_an_overtaken_process_writes_late_replaces_no_recorded_result() -> Tested {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    static STARTED: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(2));
    static OVERTAKEN: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(2));
    /// Another result each time, as of what is fetched.
    #[task]
    fn rows() -> Vec<u32> {
        let call = CALLS.fetch_add(1, Ordering::Relaxed);
        if call == 0 {
            STARTED.wait();
            OVERTAKEN.wait();
        }
        vec![call; 5000]
    }
    #[task]
    fn first(of: &[u32]) -> u32 {
        of[0]
    }
    flow! { fn fetching() -> u32 { a = rows(); b = first(a); b } }

    let memory = MemoryStore::new();
    let runner = || Runner::new().store_in(Blocking::new(memory.clone()));
    let state = std::thread::scope(|scope| -> Result<_, Box<dyn std::error::Error>> {
        let overtaken = scope.spawn(|| runner().slice(fetching(), Budget::tasks(1)).map(drop));
        STARTED.wait();
        let paths = memory.list(None)?;
        let run = paths[0].segments().nth(2).ok_or("it lies in its run")?;
        let state = runner().recorded(run)?;
        let answer = runner().slice(fetching::restore(state)?, Budget::tasks(1));
        OVERTAKEN.wait();
        assert!(overtaken.join().expect("it panics not").is_err());
        match answer? {
            Slice::CallAgain { state, .. } => Ok(state),
            Slice::Finished(run) => panic!("{run:?}"),
        }
    })?;
    assert_eq!(spilled(&memory)?.len(), 2, "each has written its own");
    let run = runner().resume(fetching::restore(state)?)?;
    assert_eq!((*run.output(), CALLS.load(Ordering::Relaxed)), (1, 2));
    Ok(())
}

#[test]
fn a_result_in_the_store_that_was_changed_is_made_again() -> Tested {
    #[task]
    fn rows() -> Vec<u32> {
        vec![7; 5000]
    }
    #[task]
    fn first(of: &[u32]) -> u32 {
        of[0]
    }
    flow! { fn fetching() -> u32 { a = rows(); b = first(a); b } }

    let memory = MemoryStore::new();
    let runner = || Runner::new().store_in(Blocking::new(memory.clone()));
    let Slice::CallAgain { state, .. } = runner().slice(fetching(), Budget::tasks(1))? else {
        panic!("it ended");
    };
    let path = spilled(&memory)?.remove(0);
    let mut bytes = memory.get(&path)?.ok_or("it is there")?;
    *bytes.last_mut().ok_or("it is not empty")? ^= 1;
    memory.put(&path, &bytes)?;
    let run = runner().resume(fetching::restore(state)?)?;
    assert_eq!(*run.output(), 7);
    Ok(())
}
