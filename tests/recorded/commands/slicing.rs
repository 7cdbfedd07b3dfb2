//! `slice`: a state in, a state out, by files or standard streams.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use flow_runtime::StateType::{Failed, Success};
use flow_runtime::state::RunState;

use crate::place::{Place, Tested, end_of, kind, signal};

fn done(state: &RunState) -> usize {
    state.nodes().filter(|node| node.state().kind.has_value()).count()
}

#[test]
fn slice_after_slice_by_standard_streams() -> Tested {
    let place = Place::new()?;
    let mut message = " \n".to_owned();
    for slice in 1..=6_u32 {
        let ended = place.give_with_input("slice chain --max-tasks 1", &message);
        let ended = ended.exits(if slice == 6 { 0 } else { 10 });
        let state = ended.state();
        assert_eq!((done(&state), state.slice()), (slice as usize, slice));
        message = ended.out;
    }
    assert_eq!(place.ran(), ["a", "b", "c", "d", "e", "f"]);
    // Of a state that has ended nothing is left to do.
    place.give_with_input("slice", &message).exits(0);
    assert_eq!(place.ran().len(), 6);
    Ok(())
}

#[test]
fn slice_after_slice_by_files() -> Tested {
    let place = Place::new()?;
    let file = place.path().join("state.json");
    fs::write(&file, "")?;
    for slice in 1..=3 {
        let ended = place.give("slice chain --max-tasks 2 --state-in state.json --state-out state.json");
        let ended = ended.exits(if slice == 3 { 0 } else { 10 });
        assert_eq!(ended.out, "");
        assert_eq!(done(&RunState::from_json(fs::read(&file)?)?), 2 * slice);
    }
    let left: Vec<_> = fs::read_dir(place.path())?
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    assert!(
        !left
            .iter()
            .any(|name| name.to_string_lossy().contains("unfinished")),
        "{left:?}"
    );
    Ok(())
}

#[test]
fn what_is_no_file_is_written_as_it_is() -> Tested {
    let place = Place::new()?;
    let pipe = place.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status()?;
    assert!(made.success());
    let reads = thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe)
    });
    place.give("slice chain --max-tasks 2 --state-out pipe").exits(10);
    let state = reads.join().expect("it does not panic")?;
    assert_eq!(done(&RunState::from_json(&state)?), 2);
    assert!(!fs::metadata(&pipe)?.is_file(), "the pipe was replaced");

    fs::write(place.path().join("real.json"), &state)?;
    std::os::unix::fs::symlink("real.json", place.path().join("link.json"))?;
    place
        .give("slice --max-tasks 2 --state-in link.json --state-out link.json")
        .exits(10);
    assert!(
        fs::symlink_metadata(place.path().join("link.json"))?.is_symlink(),
        "the link was replaced"
    );
    assert_eq!(
        done(&RunState::from_json(fs::read(place.path().join("real.json"))?)?),
        4
    );
    Ok(())
}

#[test]
fn a_slice_exits_as_its_run_stands() -> Tested {
    let place = Place::new()?;
    let failed = place
        .give("slice printing")
        .exits(1)
        .says("the printer is out of paper");
    assert_eq!(kind(&failed.state(), "page"), Failed);
    // The same again, and nothing runs.
    place.forget();
    let again = place
        .give_with_input("slice", &failed.out)
        .exits(1)
        .says("failed earlier");
    assert_eq!(kind(&again.state(), "page"), Failed);
    assert_eq!(place.ran(), [""; 0]);

    let place = Place::new()?;
    let holder = place
        .command(["run", "long", "--millis", "300", "-j", "1"])
        .spawn()?;
    place.wait_for("a");
    let state = place.give("status --json").exits(0);
    let refused = place.give_with_input("slice", &state.out).exits(75);
    assert_eq!(refused.out, "");
    refused
        .says("is driven by process ")
        .says(&holder.id().to_string());
    end_of(holder).exits(0);
    // What was read while somebody drove the run is not all that they did.
    place.forget();
    assert_eq!(
        done(&place.give_with_input("slice", &state.out).exits(0).state()),
        4
    );
    assert_eq!(place.ran(), [""; 0]);
    Ok(())
}

#[test]
fn a_state_that_is_too_long_is_an_error_and_what_ran_is_kept() -> Tested {
    let place = Place::new()?;
    let lost = place
        .give("slice chain --max-tasks 2 --state-limit 200")
        .exits(74);
    assert_eq!(lost.out, "");
    assert!(!lost.err.contains("run with a store"), "{}", lost.err);
    lost.says("cannot be published")
        .says("more than the 200")
        .says("prints the state; raise the limit (`--state-limit`)");
    let state = place.recorded()?;
    assert_eq!((kind(&state, "a"), kind(&state, "b")), (Success, Success));
    let json = place.give("status --json").exits(0).out;
    let refused = place.give_with_input("slice --state-limit 200", &json).exits(2);
    refused
        .says("more than the 200 bytes")
        .says("raise the limit (`--state-limit`)");
    place.give_with_input("slice", &json).exits(0);
    assert_eq!(place.ran(), ["a", "b", "c", "d", "e", "f"]);
    Ok(())
}

#[test]
fn a_state_has_its_own_parameters() -> Tested {
    let place = Place::new()?;
    let state = place.give("slice adding --limit 5 --max-tasks 1").exits(10).out;
    for words in [
        "slice adding --limit 6",
        "slice adding --param limit=6",
        "slice adding --limit 5",
    ] {
        let refused = place.give_with_input(words, &state).exits(2);
        refused.says("parameters belong to a new run: a state has its own");
    }
    fs::write(place.path().join("rows.json"), "[1]")?;
    for (option, said) in [
        ("--force", "`--force` belongs to a new run"),
        ("--force=rows", "`--force` belongs to a new run"),
        ("--from rows", "`--from` belongs to a new run"),
        ("--given rows=rows.json", "`--given` belongs to a new run"),
        ("--date 2026-01-02", "`--date` belongs to a new run"),
        ("--tz UTC --force", "`--force`, `--tz` belong to a new run"),
        ("--new", "unexpected argument '--new'"),
    ] {
        let refused = place.give_with_input(&format!("slice adding {option}"), &state);
        refused.exits(2).says(said);
    }
    place.give_with_input("slice", &state).exits(0);
    assert_eq!(
        place
            .stored("total.txt")
            .or_else(|| place.stored("sum.txt"))
            .as_deref(),
        Some("15")
    );
    Ok(())
}

#[test]
fn a_slice_that_is_ended_at_once_says_which_state_leads_on() -> Tested {
    let place = Place::new()?;
    let first = place.give("slice stubborn --max-tasks 1").exits(10);
    fs::write(place.path().join("state.json"), &first.out)?;
    for (command, advice) in [
        (
            "slice stubborn --state-in state.json",
            "to go on: give the same state again",
        ),
        // Nobody has a state of it.
        ("slice stubborn", "stubborn: 1 of 2 nodes have finished"),
    ] {
        place.forget();
        let mut child = place.command(command.split(' ')).spawn()?;
        place.wait_for("b");
        // One that comes while the first is pending is lost.
        while child.try_wait()?.is_none() {
            signal(&child, "INT");
            thread::sleep(Duration::from_millis(100));
        }
        let ended = end_of(child).exits(130).says("and pending again: b").says(advice);
        assert_eq!(ended.out, "");
        if command == "slice stubborn" {
            let id = place.recorded()?.run_id().unwrap_or_default().to_owned();
            ended.says(&format!("resume {id}"));
        }
    }
    Ok(())
}

#[test]
fn a_bare_list_has_neither_parameters_nor_a_time() -> Tested {
    let place = Place::new()?;
    let list = r#"[{"task": {"slug": "rows"}, "state": {"type": "Pending", "message": ""}}]"#;
    for option in ["--force", "--from rows"] {
        let refused = place.give_with_input(&format!("slice adding {option}"), list);
        refused.exits(2).says("belongs to a new run");
    }
    assert_eq!(place.ran(), [""; 0]);
    let words = "slice adding --limit 5 --date 2026-01-02 --tz UTC";
    let state = place.give_with_input(words, list).exits(0).state();
    let time = state.logical_time().expect("it has one");
    assert_eq!(time.strftime("%Y-%m-%d %Q").to_string(), "2026-01-02 UTC");
    assert_eq!(place.stored("sum.txt").as_deref(), Some("15"));
    Ok(())
}

#[test]
fn a_state_that_has_reached_nobody_can_be_had_from_the_store() -> Tested {
    let place = Place::new()?;
    // Where the store is, is part of what leads on.
    let lost = place
        .give("slice chain --store other --max-tasks 2 --state-out /dev/full")
        .exits(74);
    let id = {
        let runs = place.give("runs --store other").exits(0).out;
        runs.split(' ').next().unwrap_or_default().to_owned()
    };
    lost.says(&format!("resume {id} --max-tasks 2 --store other` goes on"))
        .says(&format!("status --json {id} --store other` prints the state"));
    let state = place
        .give(&format!("status --json {id} --store other"))
        .exits(0)
        .out;
    place.give_with_input("slice --store other", &state).exits(0);
    assert_eq!(place.ran(), ["a", "b", "c", "d", "e", "f"]);
    // Of a run that has ended nothing goes on.
    let lost = place.give("slice chain --state-out /dev/full").exits(74);
    assert!(!lost.err.contains("resume"), "{}", lost.err);
    // Of one that is not recorded nobody has a state but who gave one.
    let lost = place
        .give("slice chain --durability none --state-out /dev/full")
        .exits(74);
    lost.says("slice chain --durability none")
        .says("this one is not recorded");
    Ok(())
}

#[test]
fn where_the_state_cannot_go_nothing_runs() -> Tested {
    let place = Place::new()?;
    fs::create_dir(place.path().join("directory"))?;
    for file in ["missing/state.json", "directory", "/proc/state.json"] {
        let refused = place.give(&format!("slice chain --state-out {file}")).exits(2);
        refused.says(&format!("`--state-out`: `{file}` cannot be written: "));
    }
    assert_eq!(place.ran(), [""; 0]);
    Ok(())
}
