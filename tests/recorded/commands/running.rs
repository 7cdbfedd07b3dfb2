//! `run` and `resume`: which run they go on with, what they say of it, how they end.

use flow_runtime::StateType::{Failed, Pending, Success};

use crate::place::{Place, Tested, end_of, kind, signal};
use crate::side;

fn latest(place: &Place) -> Result<String, Box<dyn std::error::Error>> {
    Ok(place.recorded()?.run_id().unwrap_or_default().to_owned())
}

#[test]
fn run_goes_on_with_a_killed_run_and_says_so() -> Tested {
    let place = Place::new()?;
    let mut command = place.command(["run", "adding", "--limit", "5"]);
    command.env(side::DIE, "half kill");
    end_of(command.spawn()?).exits(137);
    let id = latest(&place)?;
    // Other parameters, and another day, are other runs.
    place.give("run adding --limit 6 --max-tasks 1").exits(10);
    place
        .give("run adding --limit 5 --date 2026-01-02 --max-tasks 1")
        .exits(10);
    let went_on = place.give("run adding --limit 5").exits(0);
    went_on
        .says(&format!("adding: run {id}"))
        .says("goes on: 2 of 4 nodes have finished before")
        .says("2 before");
    let ran: Vec<_> = place
        .bodies()
        .into_iter()
        .filter(|body| body.run == id)
        .map(|body| body.node)
        .collect();
    assert_eq!(ran, ["rows", "sum", "half", "half", "text"]);
    // It has ended: the next one is new.
    let next = place.give("run adding --limit 5").exits(0);
    assert!(
        !next.err.contains("goes on") && !next.err.contains(&format!("adding: run {id}")),
        "{}",
        next.err
    );
    Ok(())
}

#[test]
fn new_starts_another_run() -> Tested {
    let place = Place::new()?;
    let stopped = place.give("run chain --max-tasks 2").exits(10);
    let first = latest(&place)?;
    stopped.says(&format!("resume {first} --max-tasks 2"));
    let stopped = place.give("run chain --new --max-tasks 2").exits(10);
    let second = latest(&place)?;
    assert_ne!(first, second);
    assert_eq!(place.ran(), ["a", "b", "a", "b"]);
    // The same command would start a third one.
    stopped.says(&format!("resume {second}"));
    place.give("run chain").exits(0).says(&format!("run {second}"));
    assert_eq!(place.ran().len(), 8);
    place.give("run chain").exits(0).says(&format!("run {first}"));
    assert_eq!(place.ran().len(), 12);
    Ok(())
}

#[test]
fn task_after_task_until_none_is_pending() -> Tested {
    let place = Place::new()?;
    for done in 1..=6 {
        let code = if done == 6 { 0 } else { 10 };
        place.give("run chain --max-tasks 1").exits(code);
        assert_eq!(place.ran().len(), done);
    }
    let place = Place::new()?;
    place.give("run chain --max-tasks 1").exits(10);
    for done in 2..=6 {
        let code = if done == 6 { 0 } else { 10 };
        place.give("resume --max-tasks 1").exits(code);
        assert_eq!(place.ran().len(), done);
    }
    // Of time, one body always starts.
    let place = Place::new()?;
    for done in 1..=4 {
        let code = if done == 4 { 0 } else { 10 };
        place.give("run long --millis 20 --max-time 1ms").exits(code);
        assert_eq!(place.ran().len(), done);
    }
    Ok(())
}

#[test]
fn resume_tries_anew_what_failed() -> Tested {
    let place = Place::new()?;
    let failed = place.give("run printing").exits(1);
    let id = latest(&place)?;
    failed
        .says("the printer is out of paper")
        .says(&format!("to go on: {}", env!("CARGO_BIN_EXE_recorded-program")));
    assert_eq!(kind(&place.recorded()?, "page"), Failed);
    place.forget();
    let mut command = place.command(["resume"]);
    command.env("FLOW_ACCEPT", "1");
    let ended = end_of(command.spawn()?).exits(0);
    ended
        .says(&format!("run {id}"))
        .says("goes on: 4 of 5 nodes have finished before");
    assert_eq!(place.ran(), ["page"]);
    // A success has nothing left.
    place
        .give("resume")
        .exits(0)
        .says("5 of 5 nodes have finished before")
        .says("printing: Success");
    assert_eq!(place.ran(), ["page"]);
    Ok(())
}

#[test]
fn resume_does_so_also_where_something_is_pending_still() -> Tested {
    for (command, code, page) in [("run apart", 1, Failed), ("resume", 0, Success)] {
        let place = Place::new()?;
        let mut killed = place.command(["run", "apart", "-j", "1"]);
        killed.env(side::DIE, "b kill");
        end_of(killed.spawn()?).exits(137);
        let state = place.recorded()?;
        assert_eq!((kind(&state, "page"), kind(&state, "b")), (Failed, Pending));
        let mut again = place.command(command.split(' '));
        again.env("FLOW_ACCEPT", "1");
        end_of(again.spawn()?).exits(code);
        let state = place.recorded()?;
        assert_eq!(
            (kind(&state, "page"), kind(&state, "b")),
            (page, Success),
            "{command}"
        );
    }
    Ok(())
}

#[test]
fn a_run_is_named_by_the_start_of_its_id() -> Tested {
    let place = Place::new()?;
    place
        .give("resume")
        .exits(2)
        .says("the store has no recorded run")
        .says("start one with `run`");
    place.give("run chain --max-tasks 1").exits(10);
    let first = latest(&place)?;
    place.give("run long --millis 1 --max-tasks 1").exits(10);
    let second = latest(&place)?;
    let ambiguous = place.give("resume 2").exits(2);
    ambiguous
        .says(&format!("2 may be any of the runs {first}, {second}"))
        .says("`runs` lists");
    for unknown in ["1999", "../x", "nothing"] {
        place
            .give(&format!("resume {unknown}"))
            .exits(2)
            .says(&format!("there is no run {unknown}"));
    }
    place
        .give(&format!("resume {first}"))
        .exits(0)
        .says("chain: Success");
    // All but the random digits may be shared by none: the start of the second is one of the first too, until it differs.
    let differs = first
        .chars()
        .zip(second.chars())
        .take_while(|(a, b)| a == b)
        .count();
    place
        .give(&format!("resume {}", &second[..=differs]))
        .exits(0)
        .says("long: Success");
    Ok(())
}

#[test]
fn a_signal_leaves_what_runs_pending_and_is_told_by_the_exit_code() -> Tested {
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        for command in ["run patient", "resume", "slice patient"] {
            let place = Place::new()?;
            if command == "resume" {
                place.give("run patient --max-tasks 1").exits(10);
            }
            let child = place.command(command.split(' ')).spawn()?;
            place.wait_for("b");
            signal(&child, name);
            let ended = end_of(child).exits(code);
            if command.starts_with("slice") {
                assert_eq!(kind(&ended.state(), "b"), Pending);
            } else {
                assert_eq!(ended.out, "");
            }
            let ended = ended.says(&format!("SIG{name}: nothing more starts"));
            if !command.starts_with("slice") {
                ended.says("to go on: ");
            }
            let state = place.recorded()?;
            assert_eq!((kind(&state, "a"), kind(&state, "b")), (Success, Pending));
        }
    }
    Ok(())
}

#[test]
fn what_repairs_a_run_begins_a_new_one_and_says_which_it_leaves() -> Tested {
    for repaired in ["--force", "--force=a", "--given a=a.json", "--from a"] {
        let place = Place::new()?;
        std::fs::write(place.path().join("a.json"), "10")?;
        place.give("run chain --max-tasks 2").exits(10);
        let first = latest(&place)?;
        place.forget();
        let ended = place.give(&format!("run chain {repaired}")).exits(0);
        ended.says("note: this is a new run").says(&format!(
            "run {first} is still pending, and `resume {first}` goes on"
        ));
        assert_ne!(latest(&place)?, first, "{repaired}");
        let all = ["a", "b", "c", "d", "e", "f"];
        let is_given = repaired.starts_with("--given");
        assert_eq!(place.ran(), all[usize::from(is_given)..], "{repaired}");
        place
            .give(&format!("resume {first}"))
            .exits(0)
            .says("2 of 6 nodes have finished before");
        // Nothing is left now, and nothing is said of it.
        let ended = place.give(&format!("run chain {repaired}")).exits(0);
        assert!(!ended.err.contains("still pending"), "{}", ended.err);
    }
    Ok(())
}

#[test]
fn a_run_of_other_parameters_is_not_what_a_new_one_leaves() -> Tested {
    let place = Place::new()?;
    place.give("run adding --limit 5 --max-tasks 1").exits(10);
    let ended = place.give("run adding --limit 6 --force").exits(0);
    assert!(!ended.err.contains("still pending"), "{}", ended.err);
    Ok(())
}

#[test]
fn a_node_that_is_given_twice_is_refused() -> Tested {
    let place = Place::new()?;
    for (file, content) in [("g.json", "5"), ("h.json", "6")] {
        std::fs::write(place.path().join(file), content)?;
    }
    for more in [
        "--given a=h.json",
        "--given a=g.json",
        "--given b=g.json --given a=h.json",
    ] {
        place
            .give(&format!("run chain --given a=g.json {more}"))
            .exits(2)
            .says("`--given`: node `a` is given twice");
    }
    assert_eq!(place.ran(), [""; 0]);
    place.give("run chain --given a=g.json --given b=h.json").exits(0);
    assert_eq!(place.ran(), ["c", "d", "e", "f"]);
    Ok(())
}

#[test]
fn a_secret_is_named_on_the_command_line_and_never_said() -> Tested {
    const CANARY: &str = "canary-4711-sings";
    let place = Place::new()?;
    let give = |words: &str| {
        let mut command = place.command(words.split_whitespace());
        command.env("API_TOKEN", CANARY);
        let ended = crate::place::ended(command);
        assert!(
            !ended.err.contains("4711") && !ended.out.contains("4711"),
            "{ended:?}"
        );
        ended
    };
    give("run visiting --token env:API_TOKEN")
        .exits(1)
        .says("nobody knows ***");
    give("resume").exits(1).says("nobody knows ***");
    give("status").exits(0);
    give("status --json").exits(0).writes("env:API_TOKEN");
    give("run visiting --help").exits(0);
    give("runs").exits(0);
    // One that was given itself is refused, and not told either.
    let refused = give(&format!("run visiting --token {CANARY}")).exits(2);
    refused.says("write `env:NAME` or `file:PATH`");
    give("run visiting --token env:NO_SUCH_TOKEN")
        .exits(2)
        .says("`NO_SUCH_TOKEN` is not set");
    // Another process that has it elsewhere cannot go on: it says what is missing.
    place.give("resume").exits(2).says("`API_TOKEN` is not set");
    Ok(())
}
