//! A disk that refuses a change, at each of them in turn, once or for ever after: the run says so where it matters, and
//! when there is room again it goes on with nothing lost.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::power::{directory, effort};
use super::scene::{Manner, NODES, Scene, Went, safe};
use super::watch::{Event, Fault, How, Watch};
use crate::Durability;
use crate::runs::Runs;
use crate::runs::tests::{begin, ended};

/// What a disturbed run did, and what is safe after it.
struct Disturbed {
    went: Went,
    failed: Vec<PathBuf>,
    recorded: BTreeSet<&'static str>,
    safe: BTreeSet<&'static str>,
}

/// Runs with a fault, then goes on without; `false` if the run made fewer changes than that.
fn disturb(manner: Manner, durability: Durability, fault: Fault) -> Result<bool, String> {
    let root = directory();
    let watch = Watch::over(root.path(), Some(fault));
    let mut scene = Scene {
        root: root.path(),
        durability,
        watch: Some(watch.clone()),
    };
    let went = scene.run(manner);
    // The disk works again, and another process goes on.
    scene.watch = None;
    let told: Vec<&'static str> = (watch.events().iter())
        .filter_map(|event| match event {
            Event::Told(what) => Some(*what),
            _ => None,
        })
        .collect();
    let (failed, did_fail) = (watch.failed(), watch.changes() > fault.at);
    drop(watch);
    let recorded = scene.recorded();
    // What a journal says is safe, and what lies in a target, whatever becomes of the journal.
    let mut safe = match went.ended {
        Ok(()) if !is_unrecorded(&went) => safe(manner, &told),
        _ => safe(
            Manner::Whole,
            &told
                .into_iter()
                .filter(|what| *what != "ended")
                .collect::<Vec<_>>(),
        ),
    };
    safe.extend(&recorded);
    let disturbed = Disturbed {
        went,
        failed,
        recorded,
        safe,
    };
    honest(&disturbed)?;
    let again = scene.go_on(Manner::Whole);
    scene.check(&again, &disturbed.safe)?;
    Ok(did_fail)
}

/// Whether the run said at its start that nobody can go on with it.
fn is_unrecorded(went: &Went) -> bool {
    went.told
        .notes
        .iter()
        .any(|note| note.starts_with("this run is not recorded"))
}

/// A run is a success only if all of it is recorded, and one whose journal could not be written says so.
fn honest(disturbed: &Disturbed) -> Result<(), String> {
    let Disturbed {
        went,
        failed,
        recorded,
        ..
    } = disturbed;
    if is_unrecorded(went) {
        return Ok(());
    }
    let is_whole = recorded.len() == NODES.len();
    let journal = failed.iter().any(|path| path.ends_with("journal"));
    match &went.ended {
        Ok(()) if journal => Err("it is a success, though its journal could not be written".to_owned()),
        Ok(()) if !is_whole => Err(format!("it is a success, and only {recorded:?} are recorded")),
        // One that did not start for another reason has tried to write it no further.
        Err(why) if journal && !why.contains("journal") && !why.contains("cannot start") => {
            Err(format!("its journal could not be written, and it says: {why}"))
        }
        Err(why)
            if journal && !went.told.ran.is_empty() && !went.unrecorded && !why.contains("cannot start") =>
        {
            Err(format!(
                "its journal could not be written any more, and it ends by: {why}"
            ))
        }
        Err(why) if failed.is_empty() => Err(format!("nothing failed, and it says: {why}")),
        _ => Ok(()),
    }
}

/// Has each change fail in turn; how many runs that were.
fn everywhere(manner: Manner, durability: Durability, how: How, for_ever: bool) -> Result<usize, String> {
    for at in 0.. {
        let fault = Fault { at, for_ever, how };
        let disturbed = disturb(manner, durability, fault);
        if !disturbed.map_err(|why| format!("{manner:?}, {durability:?}, {fault:?}: {why}"))? {
            return Ok(at);
        }
    }
    unreachable!("a run comes to an end")
}

/// What a test returns.
type Tested = Result<(), String>;

/// The ways in which a disk fails; with more effort all of them in both manners.
fn ways(few: &[(Manner, How, bool)]) -> Vec<(Manner, How, bool)> {
    if effort() == 1 {
        return few.to_vec();
    }
    let manners = [Manner::Whole, Manner::Slices];
    let hows = [How::Not, How::Half, How::Made];
    let ways = manners.into_iter().flat_map(|manner| {
        hows.into_iter()
            .flat_map(move |how| [false, true].map(|for_ever| (manner, how, for_ever)))
    });
    ways.collect()
}

#[test]
fn a_run_whose_disk_fails_at_any_change_goes_on_with_nothing_lost() -> Tested {
    let few = [
        (Manner::Whole, How::Not, false),
        (Manner::Whole, How::Half, true),
        (Manner::Whole, How::Made, true),
        (Manner::Slices, How::Half, false),
        (Manner::Slices, How::Not, true),
    ];
    let mut runs = 0;
    for (manner, how, for_ever) in ways(&few) {
        runs += everywhere(manner, Durability::Process, how, for_ever)?;
    }
    assert!(runs > 300, "{runs}");
    Ok(())
}

#[test]
fn so_does_one_that_is_to_survive_the_loss_of_power() -> Tested {
    let few = [
        (Manner::Whole, How::Not, false),
        (Manner::Slices, How::Made, true),
    ];
    let mut runs = 0;
    for (manner, how, for_ever) in ways(&few) {
        runs += everywhere(manner, Durability::Full, how, for_ever)?;
    }
    assert!(runs > 100, "{runs}");
    Ok(())
}

#[test]
fn a_journal_that_cannot_be_written_anew_is_used_as_it_is() {
    for at in 0..3 {
        for how in [How::Not, How::Half] {
            let root = directory();
            let runs = Runs::new(root.path());
            let (journalled, _) = runs.drive("r1", false).unwrap();
            begin(&journalled.log, "r1", 1);
            for _ in 1..300 {
                journalled.log.append(&ended(0, &vec![9; 4000]));
            }
            drop(journalled);
            let before = runs.read("r1").unwrap();
            let fault = Fault {
                at,
                for_ever: false,
                how,
            };
            let watch = Watch::over(root.path(), Some(fault));
            drop(runs.drive("r1", false).unwrap());
            assert_eq!(watch.failed().len(), 1, "{fault:?}");
            assert_eq!(runs.read("r1").unwrap().state, before.state, "{fault:?}");
            let beside = root.path().join(".flow/runs/r1/journal.new");
            assert!(!beside.exists(), "{fault:?}");
        }
    }
}

#[test]
fn a_disk_that_only_says_that_it_has_written_is_seen_through() {
    for manner in [Manner::Whole, Manner::Slices] {
        let lost = everywhere(manner, Durability::Process, How::Lie, false);
        assert!(lost.is_err(), "{manner:?}: nothing was lost in {lost:?} runs");
    }
}

#[test]
fn a_run_that_records_nothing_is_seen_through() {
    let never = Fault {
        at: usize::MAX,
        for_ever: false,
        how: How::Not,
    };
    let why = disturb(Manner::Whole, Durability::None, never).unwrap_err();
    assert!(why.contains("only {} are recorded"), "{why}");
}
