//! Recorded runs go on in another process; here another runner stands for it.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use flow_runtime::{Runner, StateType, flow, task};

use crate::place::{Place, Tested, kinds};

#[test]
fn resume_tries_anew_what_failed_and_nothing_else() -> Tested {
    static BROKEN: AtomicBool = AtomicBool::new(true);
    static ROWS: AtomicU32 = AtomicU32::new(0);
    #[task]
    fn rows() -> Vec<u32> {
        ROWS.fetch_add(1, Ordering::Relaxed);
        vec![1, 2, 3]
    }
    #[task]
    fn sum(rows: &[u32]) -> Result<u32, String> {
        if BROKEN.load(Ordering::Relaxed) {
            return Err("the database is down".to_owned());
        }
        Ok(rows.iter().sum())
    }
    #[task]
    fn told(sum: u32) -> String {
        format!("sum {sum}")
    }
    flow! { fn adding() -> String { r = rows(); s = sum(r); t = told(s); t } }

    let place = Place::new()?;
    let run = place.runner().run_to_end(adding())?;
    assert_eq!(
        kinds(&run),
        [StateType::Success, StateType::Failed, StateType::TriggerFailed]
    );
    BROKEN.store(false, Ordering::Relaxed);
    let state = place.runner().recorded("latest")?;
    assert_eq!(state.run_id(), Some(run.id().as_str()));
    let resumed = place.runner().resume(adding::restore(state)?)?;
    assert_eq!(resumed.id(), run.id());
    assert_eq!(resumed.output(), "sum 6");
    assert_eq!(ROWS.load(Ordering::Relaxed), 1, "a recorded success ran again");
    Ok(())
}

#[test]
fn a_result_that_is_gone_is_made_again_where_it_is_needed() -> Tested {
    static MADE: [AtomicU32; 3] = [const { AtomicU32::new(0) }; 3];
    static BROKEN: AtomicBool = AtomicBool::new(true);
    #[task(target = "source.json")]
    fn source() -> Vec<u32> {
        MADE[0].fetch_add(1, Ordering::Relaxed);
        vec![1, 2]
    }
    #[task]
    fn large(source: &[u32]) -> Vec<u32> {
        MADE[1].fetch_add(1, Ordering::Relaxed);
        source.iter().cycle().take(10_000).copied().collect()
    }
    #[task]
    fn beside(source: &[u32]) -> usize {
        MADE[2].fetch_add(1, Ordering::Relaxed);
        source.len()
    }
    #[task]
    fn total(large: &[u32]) -> Result<u32, String> {
        if BROKEN.load(Ordering::Relaxed) {
            return Err("no".to_owned());
        }
        Ok(large.iter().sum())
    }
    flow! { fn adding() -> u32 { a = source(); b = large(a); c = beside(a); d = total(b); d } }

    let place = Place::new()?;
    let run = place.runner().run_to_end(adding())?;
    assert_eq!(run.state().kind, StateType::Failed);
    BROKEN.store(false, Ordering::Relaxed);
    // The large result lies beside the journal; without it and without what it was made of, both are made again.
    std::fs::remove_dir_all(
        place
            .root()
            .join(".flow/runs")
            .join(run.id().as_str())
            .join("results"),
    )?;
    std::fs::remove_file(place.root().join("source.json"))?;
    let resumed = place
        .runner()
        .resume(adding::restore(place.runner().recorded(run.id().as_str())?)?)?;
    assert_eq!(*resumed.output(), 15_000);
    let made: Vec<u32> = MADE.iter().map(|made| made.load(Ordering::Relaxed)).collect();
    // What is beside has finished, and nobody needs it: it stays finished.
    assert_eq!(made, [2, 2, 1]);
    Ok(())
}

#[test]
fn a_run_in_memory_goes_on_from_its_published_state() -> Tested {
    #[task]
    fn one(cx: &flow_runtime::Context) -> Result<u32, flow_runtime::BoxError> {
        Err(cx.pause("wait").into())
    }
    #[task]
    fn two() -> u32 {
        2
    }
    #[task]
    fn add(x: u32, y: u32) -> u32 {
        x + y
    }
    flow! { fn adding() -> u32 { a = one(); b = two(); c = add(a, b); c } }

    let run = Runner::in_memory().run_to_end(adding())?;
    assert_eq!(run.state().kind, StateType::Pending);
    let state = run.run_state()?;
    let run = Runner::in_memory()
        .given(adding::a, 40)
        .run(adding::restore(state)?)?;
    assert_eq!(*run.output(), 42);
    Ok(())
}
