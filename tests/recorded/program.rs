//! What the tests of recorded runs start, stop and kill: a binary of flows as any author's. `elsewhere STORE IN OUT TASKS SALT`
//! runs a slice of `mixed` in a store that keeps runs itself, as one does that is no directory.
#![allow(missing_docs, reason = "a program has no interface")]

mod flows;
mod mixed;
mod side;

use std::error::Error;
use std::fs;
use std::process::ExitCode;

use flow_runtime::store::{Blocking, LocalStore};
use flow_runtime::{Budget, RunState, Runner, RunsError, Slice, SliceError, StartError};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match &*words {
        [elsewhere, store, from, to, tasks, salt] if elsewhere == "elsewhere" => {
            match slice(store, from, to, tasks, salt) {
                Ok(code) => ExitCode::from(code),
                Err(error) => {
                    eprintln!("{error}");
                    ExitCode::FAILURE
                }
            }
        }
        _ => flow_runtime::main(),
    }
}

/// One slice; the exit codes are those of the command line.
fn slice(store: &str, from: &str, to: &str, tasks: &str, salt: &str) -> Result<u8, Box<dyn Error>> {
    let runner = Runner::new()
        .jobs(3)
        .store_in(Blocking::new(LocalStore::new(store)));
    let budget = Budget::tasks(tasks.parse()?);
    let message = fs::read_to_string(from)?;
    let answer = if message.is_empty() {
        runner.slice(mixed::mixed(salt.parse()?), budget)
    } else {
        runner.slice(mixed::mixed::restore(message.parse::<RunState>()?)?, budget)
    };
    match answer {
        Ok(Slice::CallAgain { state, .. }) => {
            fs::write(to, state.to_json())?;
            Ok(10)
        }
        Ok(Slice::Finished(run)) => {
            fs::write(to, run.run_state()?.to_json())?;
            eprintln!("{run:?}");
            Ok(u8::from(run.state().kind != flow_runtime::StateType::Success))
        }
        // Another process has taken the next number of the run's log.
        Err(
            SliceError::NotRecorded(_)
            | SliceError::NotStarted(StartError::Runs {
                source: RunsError::Held { .. },
                ..
            }),
        ) => Ok(75),
        Err(error) => Err(error.into()),
    }
}
