//! Bodies that print: standard output is the command's own while it writes what programs read.

use std::process::Stdio;
use std::time::{Duration, Instant};

use flow_runtime::state::RunState;

use crate::place::{Place, Tested, end_of, ended};

/// What the bodies of `loud` print, and the processes that they start.
const PRINTS: [&str; 4] = [
    "{\"a body\": \"prints one\"}",
    "without an end",
    "a child prints",
    "line 1999 of many lines",
];

#[test]
fn whatever_bodies_print_a_slice_writes_one_document() -> Tested {
    let place = Place::new()?;
    let ended = place.give("slice loud").exits(0);
    assert!(ended.state().is_finished());
    for print in PRINTS {
        assert!(ended.err.contains(print), "`{print}` is lost:\n{}", ended.err);
        assert!(!ended.out.contains(print), "{}", ended.out);
    }
    // One attempt at a time, each answer the next one's message.
    let place = Place::new()?;
    let mut message = String::new();
    for done in 1..=3 {
        let ended = place.give_with_input("slice loud --max-tasks 1", &message);
        let ended = ended.exits(if done == 3 { 0 } else { 10 });
        message = ended.out.clone();
        let has_value = |state: &RunState| state.nodes().filter(|node| node.state().kind.has_value()).count();
        assert_eq!(has_value(&ended.state()), done);
    }
    Ok(())
}

#[test]
fn where_the_state_goes_to_a_file_bodies_keep_standard_output() -> Tested {
    let place = Place::new()?;
    let ended = place.give("slice loud --state-out state.json").exits(0);
    for print in PRINTS {
        assert!(ended.out.contains(print), "`{print}` is lost:\n{}", ended.out);
    }
    let state = std::fs::read(place.path().join("state.json"))?;
    assert!(RunState::from_json(state)?.is_finished());
    // So does a run, which writes nothing that programs read.
    let ended = place.give("run loud").exits(0);
    assert!(ended.out.contains("a child prints"), "{}", ended.out);
    Ok(())
}

#[test]
fn a_child_that_lives_on_keeps_nobody_waiting_for_the_end_of_the_answer() -> Tested {
    let place = Place::new()?;
    let mut command = place.command(["slice", "parent"]);
    // The child closes the streams that it knows of.
    command.stderr(Stdio::null());
    let began = Instant::now();
    let ended = ended(command).exits(0);
    assert!(ended.state().is_finished());
    assert!(
        began.elapsed() < Duration::from_secs(15),
        "the answer ended with the child"
    );
    Ok(())
}

#[test]
fn a_slice_that_is_refused_writes_nothing() -> Tested {
    let place = Place::new()?;
    for words in [
        "slice",
        "slice nothing",
        "slice loud --max-tasks 0",
        "slice loud --state-in nowhere",
    ] {
        let ended = place.give(words).exits(2);
        assert_eq!(ended.out, "", "{words}");
    }
    let child = place.command(["slice", "loud", "--state-in", "."]).spawn()?;
    assert_eq!(end_of(child).exits(2).out, "");
    Ok(())
}
