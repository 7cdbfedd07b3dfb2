//! A secret is nowhere but where its author puts it.

use std::path::Path;
use std::sync::{Arc, Mutex};

use flow_runtime::StateType::{Cached, Failed, Skipped, Success};
use flow_runtime::event::Event;
use flow_runtime::{BoxError, Context, NodeInfo, Runner, Secret, State, flow, task};

use crate::place::{Place, Tested, kinds};

const CANARY: &str = "canary-4711-sings";

fn shout(_: &NodeInfo<'_>, _: &State, new: &State) -> Result<(), BoxError> {
    if new.kind == Failed {
        return Err(format!("a hook knows {CANARY}").into());
    }
    Ok(())
}

#[task(retries = 1)]
fn fails(token: &Secret) -> Result<u32, BoxError> {
    Err(format!("no {} here", token.expose()).into())
}

#[task]
#[allow(
    clippy::needless_pass_by_value,
    reason = "a secret may be handed over by value"
)]
fn panics(token: Secret) -> u32 {
    panic!("{} is wrong", token.expose())
}

#[task]
fn skips(token: &Secret, cx: &Context) -> Result<u32, BoxError> {
    Err(cx.skip(format!("for {}", token.expose())).into())
}

#[task(on_state = shout)]
fn hooked(token: &Secret) -> Result<u32, String> {
    Err(token.expose().clone())
}

#[task(target = "<node>.txt")]
fn length(token: &Secret) -> usize {
    token.expose().len()
}

flow! {
    fn visit(token: Secret, day: u32) -> usize {
        a = fails(token);
        b = panics(token);
        c = skips(token);
        d = hooked(token);
        e = length(token);
        e
    }
}

fn assert_silent(what: &str, text: &str) {
    assert!(!text.contains("4711"), "{what} sings: {text}");
}

/// No file below says it, nor does a name.
fn assert_silent_below(directory: &Path) -> Tested {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        assert_silent("a name", &path.display().to_string());
        if path.is_dir() {
            assert_silent_below(&path)?;
        } else {
            assert_silent(
                &path.display().to_string(),
                &String::from_utf8_lossy(&std::fs::read(&path)?),
            );
        }
    }
    Ok(())
}

#[test]
fn a_secret_is_in_no_state_journal_store_report_or_event() -> Tested {
    let place = Place::new()?;
    let file = place.around().join("token");
    std::fs::write(&file, format!("{CANARY}\n"))?;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let all = Arc::clone(&heard);
    let reader = move |event: &Event<'_>| all.lock().unwrap().push(format!("{event:?}"));
    let runner = place.runner().reader(reader).jobs(1);
    let run = runner.run_to_end(visit(Secret::file(&file)?, 1))?;
    assert_eq!(kinds(&run), [Failed, Failed, Skipped, Failed, Success]);
    std::fs::remove_file(&file)?;
    assert_silent_below(place.around())?;
    std::fs::write(&file, CANARY)?;
    assert_silent("an event", &heard.lock().unwrap().join("\n"));
    assert_silent("the report", &run.report().unwrap_or_default());
    assert_silent("the run", &format!("{run:?} {run:#?}"));
    let state = run.run_state()?;
    assert_silent("the state", &state.to_json());
    assert!(state.to_json().contains("file:"), "its place is told");
    for (node, state) in run.nodes() {
        assert_silent(node.name, &format!("{state} {state:?}"));
    }
    assert_eq!(run.failures().count(), 3);
    for failure in run.failures() {
        assert_silent(
            "a failure",
            &format!("{failure} {failure:?} {}", failure.summary()),
        );
    }
    let said: Vec<String> = run.nodes().map(|(_, state)| state.message).collect();
    assert!(
        said[0].contains("no *** here") && said[1].contains("*** is wrong"),
        "{said:?}"
    );
    // Who goes on reads it where it is.
    let again = place.runner().run_to_end(visit(Secret::file(&file)?, 1))?;
    assert_eq!(kinds(&again)[4], Cached);
    let resumed = place.runner().resume(visit::restore(state)?)?;
    assert_silent("what goes on", &format!("{resumed:?} {:?}", resumed.report()));
    assert_silent_below(&place.root().join(".flow"))?;
    Ok(())
}

#[test]
fn a_run_whose_secret_is_nowhere_else_cannot_be_recorded_and_says_so() -> Tested {
    let place = Place::new()?;
    let refused = place.runner().run(visit(Secret::new("canary-4711-hums"), 1));
    let error = refused.map(drop).expect_err("nobody could go on with it");
    let mut told = format!("{error} {error:?}");
    let mut cause = std::error::Error::source(&error);
    while let Some(because) = cause {
        told.push_str(&because.to_string());
        cause = because.source();
    }
    assert!(told.contains("`Secret::env` or `Secret::file`"), "{told}");
    assert_silent("the error", &told);
    let run = Runner::in_memory().run_to_end(visit(Secret::new("canary-4711-hums"), 1))?;
    assert_eq!(*run.output(), 16);
    Ok(())
}
