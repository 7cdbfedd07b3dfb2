//! The training batch: what it comes to beside an exact solution, what another rate trains, and a process that dies in the
//! middle of a model.
#![allow(missing_docs, reason = "a test's name is its documentation")]

#[path = "../training.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "a whole program with a `main` of its own"
)]
mod example;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use example::training;
use flow_runtime::event::Event;
use flow_runtime::{Runner, StateType};
use serde_json::Value;

type Tested = Result<(), Box<dyn Error>>;

/// Tells [`a_process_that_dies_in_the_middle_of_a_model`] its store.
const STORE: &str = "FLOW_TEST_TRAINING_STORE";

/// What a run has computed: of each node and child that ended as a Success how far it said to be, in percent.
type Computed = Arc<Mutex<BTreeMap<String, Vec<String>>>>;

/// A runner that tells what it computes.
fn watched(store: &Path) -> (Runner, Computed) {
    let computed = Computed::default();
    let (told, mut said) = (Arc::clone(&computed), BTreeMap::<String, Vec<String>>::new());
    let reader = move |event: &Event<'_>| match event {
        Event::NodeProgressed { slug, done, .. } => {
            said.entry((*slug).to_owned())
                .or_default()
                .push(format!("{:.0}", done * 100.0));
        }
        Event::NodeEnded { slug, state, .. } if state.kind == StateType::Success => {
            told.lock()
                .unwrap()
                .insert((*slug).to_owned(), said.remove(*slug).unwrap_or_default());
        }
        _ => {}
    };
    (Runner::new().store(store).reader(reader), computed)
}

fn names(computed: &Computed) -> Vec<String> {
    computed.lock().unwrap().keys().cloned().collect()
}

fn json(store: &Path, file: &str) -> Result<Value, Box<dyn Error>> {
    Ok(serde_json::from_slice(&fs::read(store.join(file))?)?)
}

#[test]
fn the_best_model_is_the_exact_one_almost() -> Tested {
    let store = tempfile::tempdir()?;
    let run = Runner::new().store(store.path()).run(training())?;
    let best = json(store.path(), "best.json")?;
    assert_eq!(best["rate"], 0.5);
    // By the normal equations, in exact fractions: an error of 3.2555 °C. To tell the mean of all days is 7.4557 °C off.
    let exact = [
        7.500_485_996_300_982,
        12.484_702_797_929_431,
        -1.745_295_800_433_329,
        -2.545_069_742_786_39,
    ];
    for (at, exact) in exact.iter().enumerate() {
        let found = best["weights"][at].as_f64().ok_or("no weight")?;
        assert!(
            (found - exact).abs() < 0.1,
            "weight {at}: {found}, exactly {exact}"
        );
    }
    let error = best["error"].as_f64().ok_or("no error")?;
    assert!((error - 3.255_494_947_669_66).abs() < 0.001, "{error}");

    let models = run.node_state(training::models).to_string();
    assert_eq!(
        models,
        "Mapped: 4 children: 3 Success, 1 Failed; first: `models[\"2\"]` is Failed: it diverges at epoch 10"
    );
    assert!(!store.path().join("models/2.json").exists());
    Ok(())
}

#[test]
fn another_rate_trains_one_more_model_and_other_epochs_all() -> Tested {
    let store = tempfile::tempdir()?;
    let (runner, computed) = watched(store.path());
    runner.run(training().rates(vec![0.1, 0.5]).epochs(100))?;
    assert_eq!(
        names(&computed),
        ["best", "days", "models[\"0.1\"]", "models[\"0.5\"]", "parts"]
    );
    assert_eq!(computed.lock().unwrap()["models[\"0.1\"]"], ["50", "100"]);

    let (runner, computed) = watched(store.path());
    runner.run(training().rates(vec![0.1, 0.3, 0.5]).epochs(100))?;
    assert_eq!(names(&computed), ["best", "days", "models[\"0.3\"]", "parts"]);

    let (runner, computed) = watched(store.path());
    runner.run(training().rates(vec![0.1, 0.5]).epochs(50))?;
    assert_eq!(
        names(&computed),
        ["best", "days", "models[\"0.1\"]", "models[\"0.5\"]", "parts"]
    );
    Ok(())
}

#[test]
fn more_rates_that_diverge_than_are_borne_are_a_failure() -> Tested {
    let run = Runner::in_memory().run_to_end(training().rates(vec![2.0, 3.0, 0.5]).epochs(50))?;
    assert_eq!(run.node_state(training::models).kind, StateType::Failed);
    assert_eq!(run.node_state(training::best).kind, StateType::TriggerFailed);
    Ok(())
}

/// No test: the process that [`dies_in_the_third_model`] starts. It begins a training or goes on with it, and dies when the
/// third model has done half of its epochs.
#[test]
#[ignore = "other tests start it"]
fn a_process_that_dies_in_the_middle_of_a_model() -> Tested {
    let Ok(store) = std::env::var(STORE) else {
        return Ok(());
    };
    let die = |event: &Event<'_>| {
        if let Event::NodeProgressed { slug, done, .. } = event
            && *slug == "models[\"0.5\"]"
            && *done >= 0.5
        {
            std::process::abort();
        }
    };
    let runner = Runner::new().store(store).jobs(1).reader(die);
    match runner.recorded("latest") {
        Ok(state) => runner.resume(training::restore(state)?)?,
        Err(_) => runner.run(training())?,
    };
    Ok(())
}

/// Has a process train there, which dies.
fn dies_in_the_third_model(store: &Path) -> Tested {
    let process = Command::new(std::env::current_exe()?)
        .args([
            "--ignored",
            "--exact",
            "a_process_that_dies_in_the_middle_of_a_model",
        ])
        .env(STORE, store)
        .output()?;
    assert!(!process.status.success());
    Ok(())
}

#[test]
fn a_training_that_was_killed_goes_on_at_its_epoch() -> Tested {
    let stores = [tempfile::tempdir()?, tempfile::tempdir()?];
    let [killed, whole] = [stores[0].path(), stores[1].path()];
    dies_in_the_third_model(killed)?;
    assert!(!killed.join("best.json").exists() && killed.join("models/0.1.json").exists());

    let (runner, computed) = watched(killed);
    let state = runner.recorded("latest")?;
    assert_eq!(
        state.node("parts").map(|node| node.state().kind),
        Some(StateType::Success)
    );
    let run = runner.resume(training::restore(state)?)?;
    let models = run.node_state(training::models).to_string();
    assert!(
        models.starts_with("Mapped: 4 children: 3 Success, 1 Failed"),
        "{models}"
    );
    // The first two models were there, the third had half of its epochs behind it.
    assert_eq!(names(&computed), ["best", "models[\"0.5\"]"]);
    assert_eq!(
        computed.lock().unwrap()["models[\"0.5\"]"],
        ["60", "70", "80", "90", "100"]
    );

    // To the last bit what a training comes to that nobody has killed.
    Runner::new().store(whole).run(training())?;
    for file in [
        "best.json",
        "models/0.02.json",
        "models/0.1.json",
        "models/0.5.json",
    ] {
        assert_eq!(json(killed, file)?, json(whole, file)?, "{file}");
    }
    Ok(())
}

#[test]
fn a_model_that_kills_its_process_again_and_again_is_given_up() -> Tested {
    let store = tempfile::tempdir()?;
    for _ in 0..3 {
        dies_in_the_third_model(store.path())?;
    }
    let (runner, computed) = watched(store.path());
    let run = runner.resume(training::restore(runner.recorded("latest")?)?)?;
    let models = run.node_state(training::models).to_string();
    assert!(
        models.starts_with("Mapped: 4 children: 2 Success, 2 Failed; first: `models[\"0.5\"]` is Failed"),
        "{models}"
    );
    assert_eq!(names(&computed), ["best"]);
    assert_eq!(json(store.path(), "best.json")?["rate"], 0.1);
    Ok(())
}
