//! Several runs at once on one store.

use std::thread;

use flow_runtime::StateType::Cached;
use flow_runtime::{flow, task};

use crate::place::{Place, Tested, assert_lacks, kinds};

#[task(target = "<node>.txt")]
fn next(x: u64) -> u64 {
    x + 1
}

flow! { fn chain(x: u64) -> u64 { a = next(x); b = next(a); c = next(b + 10); d = next(c); d } }

#[test]
fn two_runs_at_once_on_one_store_both_succeed() -> Tested {
    let place = Place::new()?;
    for _ in 0..10 {
        let runs: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| place.runner().run(chain(0))))
                .collect();
            threads.into_iter().map(thread::ScopedJoinHandle::join).collect()
        });
        for run in runs {
            let run = run.map_err(|_| "a run panicked")??;
            assert_eq!(*run.output(), 14);
        }
        assert_eq!(place.files()?, ["a.txt", "b.txt", "c.txt", "d.txt"]);
        assert_eq!(place.unfinished()?, Vec::<String>::new());
        assert_eq!(kinds(&place.runner().run(chain(0))?), [Cached; 4]);
        std::fs::remove_dir_all(place.root())?;
    }
    Ok(())
}

#[test]
fn runs_at_once_with_other_arguments_leave_no_record_that_speaks_of_anothers_file() -> Tested {
    let place = Place::new()?;
    for _ in 0..40 {
        thread::scope(|scope| {
            for x in 0..4 {
                let runner = place.runner();
                // One may find its file replaced by another's, which is an error that says so.
                scope.spawn(move || runner.run_to_end(chain(x)).is_ok());
            }
        });
        for x in 0..4 {
            let run = place.runner().run(chain(x))?;
            assert_eq!(*run.output(), x + 14);
            for (_, state) in run.nodes() {
                assert_lacks(&state.message, &["by hand"]);
            }
        }
    }
    Ok(())
}
