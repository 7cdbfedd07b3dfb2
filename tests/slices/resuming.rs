//! Recorded runs go on in another process; here another runner stands for it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use flow_runtime::state::{NodeState, RunState};
use flow_runtime::{BoxError, Context, Outcome, Runner, StateType, flow, task};

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

#[test]
fn what_was_read_while_somebody_drove_the_run_is_not_all_that_they_did() -> Tested {
    static RAN: AtomicU32 = AtomicU32::new(0);
    static READ: Mutex<Option<RunState>> = Mutex::new(None);
    #[task]
    fn first() -> u32 {
        RAN.fetch_add(1, Ordering::Relaxed)
    }
    #[task]
    fn second(root: &str, of: u32) -> u32 {
        RAN.fetch_add(1, Ordering::Relaxed);
        // Another process looks, and will try to drive the run when this one is done.
        let state = Runner::new().store(root).recorded("latest");
        *READ.lock().unwrap() = Some(state.expect("it is recorded"));
        of
    }
    #[task]
    fn third(of: u32) -> u32 {
        RAN.fetch_add(1, Ordering::Relaxed);
        of
    }
    flow! {
        fn chain(root: String) -> u32 {
            a = first(); b = second(root, a); c = third(b); c
        }
    }

    let place = Place::new()?;
    place.runner().run(chain(place.root().display().to_string()))?;
    let read = READ.lock().unwrap().take().ok_or("nothing was read")?;
    let kinds_read: Vec<StateType> = read.nodes().map(|node| node.state().kind).collect();
    use StateType::{Pending, Running, Success};
    assert_eq!(kinds_read, [Success, Running, Pending]);
    let run = place.runner().resume(chain::restore(read.clone())?)?;
    assert_eq!(kinds(&run), [Success; 3]);
    place
        .runner()
        .slice(chain::restore(read)?, flow_runtime::Budget::tasks(1))?;
    assert_eq!(RAN.load(Ordering::Relaxed), 3, "a recorded success ran again");
    Ok(())
}

#[test]
fn what_has_ended_is_recorded_while_others_still_run() -> Tested {
    #[task]
    async fn quick() -> u32 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        1
    }
    #[task]
    fn slow(root: &str) -> bool {
        let runner = Runner::new().store(root);
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(10) {
            let state = runner.recorded("latest").expect("it is recorded");
            if state
                .node("a")
                .is_some_and(|a| a.state().kind == StateType::Success)
            {
                return true;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        false
    }
    flow! {
        fn both(root: String) -> bool { a = quick(); b = slow(root); b }
    }

    let place = Place::new()?;
    let run = place
        .runner()
        .jobs(1)
        .run(both(place.root().display().to_string()))?;
    assert!(
        *run.output(),
        "its process could have died, and nobody would know that `a` has ended"
    );
    Ok(())
}

#[test]
fn after_how_many_deaths_a_node_has_failed_can_be_set() -> Tested {
    #[task]
    fn survives() -> u32 {
        1
    }
    flow! { fn once() -> u32 { a = survives(); a } }

    let died_twice = r#"[{"task": {"slug": "a"}, "state": {"type": "Pending", "attempts": 2, "deaths": 2}}]"#;
    let run = |runner: Runner| {
        let state = RunState::from_json(died_twice).and_then(once::restore);
        runner
            .run_to_end(state.expect("a state of the flow"))
            .map(|run| kinds(&run)[0])
    };
    assert_eq!(run(Runner::in_memory())?, StateType::Success);
    assert_eq!(run(Runner::in_memory().deaths(2))?, StateType::Failed);
    assert_eq!(run(Runner::in_memory().deaths(1))?, StateType::Failed);
    assert_eq!(run(Runner::in_memory().deaths(0))?, StateType::Success);
    Ok(())
}

#[test]
fn counts_that_cannot_grow_any_more_can_still_be_written_and_read() -> Tested {
    const MOST: u32 = 1 << 30;
    #[task]
    fn failing() -> Result<u32, String> {
        Err("no".to_owned())
    }
    flow! { fn counted() -> u32 { a = failing(); a } }

    let place = Place::new()?;
    let mut document = serde_json::to_value(place.runner().run_to_end(counted())?.run_state()?)?;
    document["slice"] = MOST.into();
    for (deaths, runner) in [
        (0, Runner::in_memory()),
        (0, place.runner()),
        (MOST, Runner::in_memory()),
        (MOST, place.runner()),
    ] {
        document["nodes"][0]["state"] =
            serde_json::json!({"type": "Running", "attempts": MOST, "deaths": deaths, "retries": MOST});
        let state = RunState::from_json(document.to_string())?;
        let run = runner.run_to_end(counted::restore(state)?)?;
        let again = RunState::from_json(run.run_state()?.to_json())?;
        let attempts: Vec<u32> = again.nodes().map(NodeState::attempts).collect();
        assert_eq!(attempts, [MOST], "after {deaths} deaths");
    }
    assert_eq!(place.runner().recorded("latest")?.nodes().len(), 1);
    Ok(())
}

#[test]
fn how_far_a_body_came_is_forgotten_where_it_reads_other_results() -> Tested {
    static FOUND: Mutex<Vec<(u32, Option<u32>)>> = Mutex::new(Vec::new());
    static ROUND: AtomicU32 = AtomicU32::new(0);
    /// Too large for the journal, and another one each time.
    #[task]
    fn rows() -> Vec<u32> {
        vec![ROUND.load(Ordering::SeqCst); 5000]
    }
    #[task]
    fn flaky() -> Result<u32, String> {
        Err("down".to_owned())
    }
    fn came(cx: &Context, of: u32) -> Result<u32, BoxError> {
        FOUND.lock().unwrap().push((of, cx.details()?));
        cx.set_details(&ROUND.load(Ordering::SeqCst))?;
        Err("not yet".into())
    }
    #[task]
    fn reads(rows: &[u32], cx: &Context) -> Result<u32, BoxError> {
        came(cx, rows[0])
    }
    #[task(trigger = all_finished)]
    #[allow(
        clippy::needless_pass_by_value,
        reason = "an `Outcome` is handed over by value"
    )]
    fn surveys(of: Outcome<&u32>, cx: &Context) -> Result<u32, BoxError> {
        came(cx, 100 + u32::from(of.is_success()))
    }
    #[task]
    fn alone(cx: &Context) -> Result<u32, BoxError> {
        came(cx, 200)
    }
    flow! { fn reading() { r = rows(); f = flaky(); a = reads(r); b = surveys(f); c = alone(upstream: [r]); } }

    let place = Place::new()?;
    let run = place.runner().jobs(1).run_to_end(reading())?;
    let id = run.id().as_str().to_owned();
    drop(run);
    let found = |round: u32| -> Tested<Vec<(u32, Option<u32>)>> {
        ROUND.store(round, Ordering::SeqCst);
        FOUND.lock().unwrap().clear();
        let state = place.runner().recorded(&id)?;
        let _ = place.runner().jobs(1).resume(reading::restore(state)?);
        let mut found = FOUND.lock().unwrap().clone();
        found.sort_unstable();
        Ok(found)
    };
    // What failed is tried anew, and who reads whether it did reads something else.
    assert_eq!(found(1)?, [(0, Some(0)), (100, None), (200, Some(0))]);
    // A result that is gone is made again, and is another one.
    std::fs::remove_dir_all(place.root().join(".flow/runs").join(&id).join("results"))?;
    assert_eq!(found(2)?, [(2, None), (100, None), (200, None)]);
    assert_eq!(found(3)?, [(2, Some(2)), (100, None), (200, Some(2))]);
    Ok(())
}
