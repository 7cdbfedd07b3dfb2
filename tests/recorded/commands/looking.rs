//! `runs`, `status` and `gc`: what they show, and what they remove.

use std::fs;

use flow_runtime::StateType::Running;
use flow_runtime::state::RunState;

use crate::place::{Place, Tested, end_of};

/// The directories of the runs.
fn runs(place: &Place) -> Vec<String> {
    let entries = fs::read_dir(place.root().join(".flow/runs"))
        .into_iter()
        .flatten()
        .flatten();
    let directories = entries.filter(|entry| entry.path().is_dir());
    let mut runs: Vec<String> = directories
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    runs.sort();
    runs
}

#[test]
fn runs_are_listed_with_how_they_stand() -> Tested {
    let place = Place::new()?;
    let none = place.give("runs").exits(0).says("no run is recorded");
    assert_eq!(none.out, "");
    place.give("run chain").exits(0);
    place.give("run printing").exits(1);
    place.give("run long --millis 1 --max-tasks 3").exits(10);
    place.forget();
    let holder = place.command(["run", "patient"]).spawn()?;
    place.wait_for("b");
    let listed = place.give("runs").exits(0).out;
    let lines: Vec<&str> = listed.lines().collect();
    // The newest first.
    let expected = [
        ("Running", "flows::patient", "driven by process "),
        ("Pending", "flows::long", "1 Pending, 3 Success"),
        ("Failed", "flows::printing", ""),
        ("Success", "flows::chain", ""),
    ];
    assert_eq!(lines.len(), expected.len(), "{listed}");
    for ((line, (kind, flow, remark)), id) in lines.iter().zip(expected).zip(runs(&place).iter().rev()) {
        assert!(line.starts_with(&format!("{id} {kind}")), "{line}");
        assert!(line.contains(flow) && line.contains(remark), "{line}");
    }
    assert!(lines[0].contains(&holder.id().to_string()), "{}", lines[0]);
    crate::place::signal(&holder, "INT");
    end_of(holder).exits(130);
    Ok(())
}

#[test]
fn the_status_of_a_run_is_shown_to_people_and_programs() -> Tested {
    let place = Place::new()?;
    place
        .give("status")
        .exits(2)
        .says("the store has no recorded run");
    place.give("run printing --limit 9").exits(1);
    let id = place.recorded()?.run_id().unwrap_or_default().to_owned();
    let shown = place
        .give("status")
        .exits(0)
        .writes(&format!("run {id} of recorded_program::flows::printing"));
    let shown = shown
        .writes("logical time 20")
        .writes("Failed page the printer is out of paper");
    shown.writes("Success rows").writes("1 Failed, 4 Success");
    let json = place.give(&format!("status --json {}", &id[..20])).exits(0);
    assert_eq!(json.state().run_id(), Some(&*id));
    let kinds = |state: &RunState| -> Vec<_> {
        state
            .nodes()
            .map(|node| (node.slug().to_owned(), node.state().clone()))
            .collect()
    };
    assert_eq!(kinds(&json.state()), kinds(&place.recorded()?));
    // It is what `slice` takes.
    place
        .give_with_input("slice", &json.out)
        .exits(1)
        .says("failed earlier");

    // While somebody drives it: who.
    let holder = place.command(["run", "long", "--millis", "400"]).spawn()?;
    place.wait_for("a");
    let pid = holder.id();
    place
        .give("status")
        .exits(0)
        .writes(&format!("driven by process {pid} on "))
        .writes("Running a")
        .writes("Pending b")
        .writes("3 Pending, 1 Running");
    // What runs has not died, for programs neither; what is read so and goes on later has.
    let json = place.give("status --json").exits(0).state();
    for state in [&json, &place.recorded()?] {
        let a = state.node("a").expect("it is there");
        assert_eq!((a.state().kind, a.state().message.as_str()), (Running, ""));
        assert_eq!(a.attempts(), 1);
    }
    end_of(holder).exits(0);
    let after = place.give("status").exits(0);
    assert!(!after.out.contains("driven"), "{}", after.out);
    Ok(())
}

#[test]
fn the_newest_finished_runs_are_kept_and_all_that_can_go_on() -> Tested {
    let place = Place::new()?;
    place.give("run long --millis 1 --max-tasks 1").exits(10);
    let pending = runs(&place);
    for _ in 0..4 {
        place.give("run mixed --salt 1 --new --keep 3").exits(0);
    }
    assert_eq!(runs(&place).len(), 4);
    assert!(runs(&place).contains(&pending[0]));
    // Large results go with their run.
    assert!(
        runs(&place)
            .iter()
            .skip(1)
            .all(|run| { place.root().join(".flow/runs").join(run).join("results").is_dir() })
    );
    let dry = place.give("runs prune --keep 1 --dry-run").exits(0);
    assert_eq!(
        (dry.out.matches("would be removed").count(), runs(&place).len()),
        (2, 4)
    );
    let pruned = place.give("runs prune --keep 1").exits(0);
    assert_eq!(
        (pruned.out.matches(" removed").count(), runs(&place).len()),
        (2, 2)
    );
    place
        .give("runs prune --keep 1")
        .exits(0)
        .says("nothing to remove");
    place.give("runs prune --keep 0").exits(0);
    assert_eq!(runs(&place), pending);
    // Its targets are still there.
    place.give("run mixed --salt 1").exits(0).says("Cached report");
    place.give(&format!("resume {}", pending[0])).exits(0);
    Ok(())
}

#[test]
fn what_nothing_needs_is_shown_and_removed_when_that_is_wanted() -> Tested {
    let place = Place::new()?;
    place.give("gc").exits(0).says("nothing is left over");
    place.give("run mixed --salt 1").exits(0);
    place.give("run chain --max-tasks 3").exits(10);
    place.give("gc").exits(0).says("nothing is left over");
    let run = &runs(&place)[0];
    fs::remove_file(place.root().join("blob.bin"))?;
    let left = place
        .root()
        .join(".flow/runs")
        .join(run)
        .join("results/99-nothing");
    fs::write(&left, "left behind")?;
    let dry = place
        .give("gc")
        .exits(0)
        .says("2 files, ")
        .says("would be removed with --delete");
    let dry = dry.writes("results/.flow/records/blob.bin.json the file that it is the record of is gone");
    dry.writes("results/99-nothing no recorded run names it");
    assert!(left.exists());
    place
        .give("gc --delete")
        .exits(0)
        .says("2 files, ")
        .says(" removed");
    assert!(!left.exists());
    place.give("gc").exits(0).says("nothing is left over");
    // What is needed is there: the run of the chain goes on, the other one's results can be read.
    place.give("run chain").exits(0);
    place
        .give(&format!("resume {run}"))
        .exits(0)
        .says("mixed: Success");
    assert_eq!(place.ran().iter().filter(|node| *node == "rows").count(), 1);
    Ok(())
}

#[test]
fn a_torn_end_of_a_journal_is_told() -> Tested {
    let place = Place::new()?;
    place.give("run chain --max-tasks 2").exits(10);
    let journal = place
        .root()
        .join(".flow/runs")
        .join(&runs(&place)[0])
        .join("journal");
    let mut bytes = fs::read(&journal)?;
    bytes.extend([7; 5]);
    fs::write(&journal, bytes)?;
    let told = "the last 5 bytes of ";
    place.give("status").exits(0).writes(told);
    place
        .give("run chain")
        .exits(0)
        .says(told)
        .says("are not believed");
    assert!(!place.give("status").exits(0).out.contains(told));
    assert_eq!(place.ran().len(), 6);
    let state = RunState::from_json(place.give("status --json").exits(0).out)?;
    assert!(state.is_finished());
    Ok(())
}

#[test]
fn a_run_of_which_no_more_than_its_name_is_recorded_can_go_on() -> Tested {
    let place = Place::new()?;
    place.give("run chain").exits(0);
    let id = place.recorded()?.run_id().unwrap_or_default().to_owned();
    let journal = place.root().join(".flow/runs").join(&id).join("journal");
    let whole = std::fs::read(&journal)?;
    let mut seen = 0;
    for end in (0..whole.len().min(600)).step_by(8) {
        std::fs::write(&journal, &whole[..end])?;
        let status = place.give("status");
        if status.code == 0 && status.out.contains("nothing is recorded of its nodes") {
            seen += 1;
            place.give("runs").exits(0).writes(&format!("{id} Pending"));
        }
    }
    assert!(seen > 0, "its name is recorded before its nodes");
    Ok(())
}
