//! `--from` and `--given`: a part of a run again, or with results that somebody made.

use std::fs;

use crate::place::{Place, Tested};

#[test]
fn from_a_node_on_everything_runs_again_and_the_rest_is_taken() -> Tested {
    let place = Place::new()?;
    place.give("run adding").exits(0);
    let id = place.recorded()?.run_id().unwrap_or_default().to_owned();
    place.forget();
    let again = place.give("run adding --from sum").exits(0);
    again
        .says(&format!("what `sum` does not change is taken from run {id}"))
        .says("goes on: 1 of 4");
    assert_eq!(place.ran(), ["sum", "half", "text"]);
    assert_ne!(place.recorded()?.run_id(), Some(&*id), "it is a run of its own");

    // Without an earlier run with these parameters, what it depends on is found in targets, or runs.
    place.forget();
    place
        .give("run adding --limit 9 --from text")
        .exits(0)
        .says("there is no earlier run with these parameters");
    assert_eq!(place.ran(), ["rows", "sum", "half", "text"]);

    place
        .give("run adding --from sums")
        .exits(2)
        .says("flow `adding` has no node `sums`; did you mean `sum`?");
    place
        .give("run adding --from sum --new")
        .exits(2)
        .says("cannot be used with");
    Ok(())
}

#[test]
fn from_goes_on_by_resume_where_it_was_stopped() -> Tested {
    let place = Place::new()?;
    place.give("run chain").exits(0);
    place.forget();
    let stopped = place.give("run chain --from c --max-tasks 1").exits(10);
    let id = place.recorded()?.run_id().unwrap_or_default().to_owned();
    // The same command would begin at `c` once more.
    stopped.says(&format!("resume {id}"));
    place.give("resume").exits(0);
    assert_eq!(place.ran(), ["c", "d", "e", "f"]);
    Ok(())
}

#[test]
fn a_result_can_be_given_by_a_file() -> Tested {
    let place = Place::new()?;
    let files = [
        ("rows.json", "[5, 6]"),
        ("sum.txt", "40\n"),
        ("sum.json", "41"),
        ("text.json", "\"by hand\""),
        ("bad.json", "{\"no\": \"list\"}"),
        ("bad.txt", "many"),
    ];
    for (file, text) in files {
        fs::write(place.path().join(file), text)?;
    }
    let json = place
        .give("run adding --given rows=rows.json")
        .exits(0)
        .says("Success rows <1 ms its result was given");
    json.says("Success sum");
    assert_eq!(place.stored("sum.txt").as_deref(), Some("11"));
    assert_eq!(place.ran(), ["sum", "half", "text"]);
    // In the format of the target, or as JSON; one given result replaces another.
    for given in ["sum.txt", "sum.json"] {
        place.forget();
        place
            .give(&format!("run adding --new --given sum={given}"))
            .exits(0)
            .says("Success sum <1 ms its result was given");
        assert!(!place.ran().contains(&"sum".to_owned()));
    }
    place.give("run adding --new --given text=text.json").exits(0);

    let refused = [
        (
            "rows=bad.json",
            "`bad.json` does not hold a `alloc::vec::Vec<u32>` (json)",
        ),
        ("sum=bad.txt", "`bad.txt` does not hold a `u32` (text)"),
        ("sum=none.txt", "`none.txt` cannot be read"),
        ("sums=sum.txt", "has no node `sums`; did you mean `sum`?"),
        ("half=sum.txt", "its task says `checkpoint = false`"),
        ("sum", "write `--given NODE=FILE`"),
    ];
    place.forget();
    for (given, why) in refused {
        place
            .give(&format!("run adding --new --given {given}"))
            .exits(2)
            .says("--given")
            .says(why);
    }
    assert_eq!(place.ran(), [""; 0]);
    Ok(())
}

#[test]
fn what_was_begun_with_a_given_result_is_not_gone_on_with_by_who_gives_none() -> Tested {
    let place = Place::new()?;
    fs::write(place.path().join("hundred.json"), "100")?;
    place
        .give("run chain --given a=hundred.json --max-tasks 1")
        .exits(10);
    let tried = place.recorded()?.run_id().unwrap_or_default().to_owned();
    let ended = place.give("run chain").exits(0);
    let said = format!("run {tried} has results that were given: this is a new one");
    let ended = ended.says(&said);
    let run = place.recorded()?;
    assert_ne!(run.run_id(), Some(&*tried), "{}", ended.err);
    assert_eq!(
        run.node("a").map(flow_runtime::state::NodeState::attempts),
        Some(1)
    );
    // By its id it goes on.
    place
        .give(&format!("resume {tried}"))
        .exits(0)
        .says("goes on: 2 of 6");
    Ok(())
}

#[test]
fn a_slice_takes_them_too() -> Tested {
    let place = Place::new()?;
    fs::write(place.path().join("sum.txt"), "40")?;
    let ended = place.give("slice adding --given sum=sum.txt").exits(0);
    assert!(ended.state().is_finished());
    place.forget();
    place.give("slice adding --from half").exits(0);
    assert_eq!(place.ran(), ["half", "text"]);
    Ok(())
}
