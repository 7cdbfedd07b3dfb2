//! States and journals that cannot be used: exit 2, what is wrong and what to do, and nothing is touched.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::place::{Place, Tested};

/// Every file below a directory, with its bytes. Locks say who was there last.
fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![directory.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.file_name().is_some_and(|name| name != "lock") {
                files.insert(path.clone(), fs::read(&path).unwrap_or_default());
            }
        }
    }
    files
}

#[test]
fn a_state_that_is_none_of_this_flow_is_refused() -> Tested {
    let place = Place::new()?;
    let state = place.give("slice adding --max-tasks 1").exits(10).out;
    let before = files(&place.root());
    place.forget();
    let newer = state.replace("\"flow_state\":\"1.0\"", "\"flow_state\":\"2.0\"");
    let parameter = state.replace("\"limit\":4", "\"limit\":\"four\"");
    let unknown = state.replace("\"slug\":\"sum\"", "\"slug\":\"sun\"");
    let outside = state.replace("\"digest\":", "\"location\":\"../../etc/passwd\",\"digest\":");
    let run = state.replace("\"run\":\"2", "\"run\":\"../2");
    let nodes = state.find("[{").expect("it has a list of nodes");
    let within = format!("{}[1,{}", &state[..nodes], &state[nodes + 1..]);
    let table = [
        (
            "slice chain",
            &*state,
            "this is flow `recorded_program::flows::chain`",
            "name the flow of the state",
        ),
        (
            "slice adding",
            "garbage",
            "the run state is no JSON",
            "give the whole state",
        ),
        (
            "slice adding",
            "{\"a\": 1}",
            "missing field `flow_state`",
            "give the whole state",
        ),
        (
            "slice adding",
            "null",
            "the input is no run state: it is null, and not the JSON that `slice` writes",
            "give the whole state",
        ),
        (
            "slice adding",
            "[{}, 1]",
            "the input is no run state: entry 2 of the list is a number, and not one such as `{\"task\"",
            "give the whole state",
        ),
        (
            "slice adding",
            "[null]",
            "entry 1 of the list is null",
            "give the whole state",
        ),
        (
            "slice adding",
            &within,
            "the input is no run state: invalid type: integer `1`",
            "give the whole state",
        ),
        (
            "slice adding",
            &state[..state.len() / 2],
            "the run state is no JSON",
            "give the whole state",
        ),
        (
            "slice adding",
            &newer,
            "has version 2.0, and this program reads up to 1.0",
            "a newer flow",
        ),
        ("slice adding", &parameter, "parameter `limit`", "to go on: "),
        ("slice adding", &unknown, "`sun`", "to go on: "),
        ("slice adding", &outside, "etc/passwd", "to go on: "),
        ("slice adding", &run, "is no run's id", "to go on: "),
    ];
    for (words, state, wrong, advice) in table {
        let refused = place.give_with_input(words, state).exits(2);
        assert_eq!(refused.out, "", "{wrong}");
        // Names of types say nothing to who has no source at hand.
        assert!(!refused.err.contains("Raw"), "{}", refused.err);
        refused.says(wrong).says(advice);
    }
    assert_eq!(files(&place.root()), before);
    assert_eq!(place.ran(), [""; 0]);
    Ok(())
}

/// A run that was stopped, its id and its journal.
fn stopped(place: &Place) -> Result<(String, PathBuf), Box<dyn std::error::Error>> {
    place.give("run chain --max-tasks 1").exits(10);
    let id = place.recorded()?.run_id().unwrap_or_default().to_owned();
    let journal = place.root().join(".flow/runs").join(&id).join("journal");
    Ok((id, journal))
}

#[test]
fn a_journal_that_cannot_be_read_is_left_as_it_is() -> Tested {
    let table: [(usize, &[u8], _, _); 2] = [
        (0, b"PK\x03\x04", "it is no journal of a run", "(`run --new`)"),
        (
            12,
            &[9],
            "it has version 9, and this program reads up to 1",
            "with a newer flow",
        ),
    ];
    for (at, change, wrong, advice) in table {
        let place = Place::new()?;
        let (id, journal) = stopped(&place)?;
        let mut bytes = fs::read(&journal)?;
        bytes.splice(at..at + change.len(), change.iter().copied());
        fs::write(&journal, &bytes)?;
        let before = files(&place.root());
        for words in [format!("resume {id}"), "resume".to_owned(), "status".to_owned()] {
            place
                .give(&words)
                .exits(2)
                .says(wrong)
                .says("to go on: ")
                .says(advice);
        }
        place
            .give("runs")
            .exits(0)
            .writes(&format!("{id} unreadable: {wrong}"));
        place
            .give("runs prune --keep 0")
            .exits(0)
            .says("nothing to remove");
        place.give("gc --delete").exits(0).says("nothing is left over");
        assert_eq!(files(&place.root()), before);
        // It is in nobody's way.
        place.give("run chain").exits(0);
        assert_eq!(fs::read(&journal)?, bytes);
    }
    Ok(())
}

#[test]
fn a_journal_that_says_nothing_is_in_nobodys_way() -> Tested {
    for start in [0, 5, 16, 20] {
        let place = Place::new()?;
        let (first, _) = stopped(&place)?;
        let (second, journal) = {
            place.give("run long --millis 1 --max-tasks 1").exits(10);
            let id = place.recorded()?.run_id().unwrap_or_default().to_owned();
            let journal = place.root().join(".flow/runs").join(&id).join("journal");
            (id, journal)
        };
        // Its process died, or found no room, before it had said anything.
        fs::write(&journal, &fs::read(&journal)?[..start])?;
        place
            .give(&format!("resume {second}"))
            .exits(2)
            .says(&format!("there is no run {second}"));
        place.give("runs").exits(0).writes(&first);
        place.give("resume").exits(0).says(&format!("chain: run {first}"));
    }
    Ok(())
}

#[test]
fn a_run_of_another_program_is_refused_and_says_whose_it_is() -> Tested {
    let place = Place::new()?;
    let mut other = std::process::Command::new(env!("CARGO_BIN_EXE_signal-program"));
    other
        .args(["run", "is_last"])
        .current_dir(place.path())
        .env_remove("FLOW_STORE");
    let mut child = other.stderr(std::process::Stdio::null()).spawn()?;
    while !place.path().join("started").exists() {
        assert!(child.try_wait()?.is_none(), "it ended");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    child.kill()?;
    child.wait()?;
    let before = files(&place.root());
    let refused = place
        .give("resume")
        .exits(2)
        .says("is one of flow `signal_program::is_last`");
    refused
        .says("which this program does not have")
        .says("resume it with the program that started it");
    assert_eq!(files(&place.root()), before);
    // To look at it needs no flow.
    place.give("status").exits(0).writes("of signal_program::is_last");
    Ok(())
}

#[test]
fn what_a_command_advises_it_takes() -> Tested {
    let place = Place::new()?;
    place.give("run chain").exits(0);
    place.give("run chain --new").exits(0);
    // Nobody can take that, whoever they are.
    let lock = place.root().join(".flow/runs/lock");
    fs::remove_file(&lock)?;
    fs::create_dir(&lock)?;
    for words in ["runs prune --keep 0", "gc --delete"] {
        let refused = place.give(words).exits(2);
        assert!(!refused.err.contains("--durability"), "{words}: {}", refused.err);
        refused.says("to go on: see that the store can be read and written, and has room");
    }
    // What drives a run does take it.
    let refused = place.give("slice chain --max-tasks 1").exits(2);
    refused.says("`--durability none`");
    place
        .give("slice chain --max-tasks 1 --durability none")
        .exits(10);
    Ok(())
}
