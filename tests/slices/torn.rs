//! Journals whose process died as it wrote the last of their records.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use flow_runtime::event::Event;
use flow_runtime::state::RunState;
use flow_runtime::{Budget, Slice, flow, task};

use crate::place::{Place, Tested};

#[task]
fn one() -> u32 {
    1
}

#[task]
fn next(x: u32) -> u32 {
    x + 1
}

flow! { fn chain() -> u32 { a = one(); b = next(a); b } }

/// A run's first message, for which nothing has been done yet.
fn first(state: &RunState) -> Result<RunState, Box<dyn std::error::Error>> {
    let mut json: serde_json::Value = serde_json::from_str(&state.to_json())?;
    json["slice"] = 0.into();
    json["nodes"] = serde_json::json!([]);
    Ok(RunState::from_json(json.to_string())?)
}

#[test]
fn a_journal_that_was_cut_at_any_byte_is_gone_on_with() -> Tested {
    let place = Place::new()?;
    let Slice::CallAgain { state, .. } = place.runner().slice(chain(), Budget::tasks(1))? else {
        panic!("it ended");
    };
    let first = first(&state)?;
    let journal = |place: &Place| -> Option<PathBuf> {
        let run = state.run_id()?;
        Some(place.root().join(".flow/runs").join(run).join("journal"))
    };
    let whole = fs::read(journal(&place).ok_or("it is recorded")?)?;
    for length in 0..=whole.len() {
        let place = Place::new()?;
        let journal = journal(&place).ok_or("it is recorded")?;
        fs::create_dir_all(journal.parent().ok_or("it is a file")?)?;
        fs::write(&journal, &whole[..length])?;
        // The first goes on in memory; what it has written must make sense to the second.
        for tasks in [1, 2] {
            let restored = chain::restore(first.clone())?;
            let answer = place.runner().slice(restored, Budget::tasks(tasks))?;
            if let Slice::Finished(run) = answer {
                assert_eq!(*run.output(), 2, "cut at {length}");
            } else {
                assert_eq!(tasks, 1, "cut at {length}: {answer:?}");
            }
        }
    }
    Ok(())
}

#[test]
fn a_journal_that_was_damaged_before_whole_records_is_kept_as_it_was() -> Tested {
    let place = Place::new()?;
    let Slice::CallAgain { state, .. } = place.runner().slice(chain(), Budget::tasks(1))? else {
        panic!("it ended");
    };
    let run = state.run_id().ok_or("it is recorded")?;
    let journal = place.root().join(".flow/runs").join(run).join("journal");
    let mut bytes = fs::read(&journal)?;
    // In the record that `a` has started; that it has ended follows.
    let started = bytes
        .windows(3)
        .position(|three| three == b"\x81\xa1S")
        .ok_or("it started")?;
    bytes[started] ^= 4;
    fs::write(&journal, &bytes)?;
    let notes = Arc::<Mutex<Vec<String>>>::default();
    let told = Arc::clone(&notes);
    let runner = place.runner().reader(move |event: &Event<'_>| {
        if let Event::RunStarted { notes, .. } = event {
            told.lock().unwrap().extend(notes.iter().cloned());
        }
    });
    let answer = runner.slice(chain::restore(first(&state)?)?, Budget::tasks(2))?;
    assert!(matches!(answer, Slice::Finished(run) if *run.output() == 2));
    assert_eq!(fs::read(journal.with_extension("damaged"))?, bytes);
    let notes = notes.lock().unwrap();
    assert!(
        notes.len() == 1 && notes[0].contains("journal.damaged"),
        "{notes:?}"
    );
    Ok(())
}
