//! The program that the crash test kills: `crash-program MODE STORE SALT`, its log in `CRASH_LOG`.
//!
//! `flow` runs the flow as any author's program would. The other modes are this test's own check, see `broken`.
#![allow(missing_docs, reason = "a program has no interface")]

mod broken;
mod steps;

use std::error::Error;
use std::process::ExitCode;

use flow_runtime::Runner;
use flow_runtime::event::Event;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.as_slice() {
        [mode, store, salt] => run(mode, store, salt),
        _ => Err("expected: MODE STORE SALT".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(mode: &str, store: &str, salt: &str) -> Result<(), Box<dyn Error>> {
    let salt = salt.parse()?;
    if mode != "flow" {
        return broken::run(mode.parse()?, store, salt);
    }
    let runner = Runner::new().store(store).jobs(3).reader(|event: &Event<'_>| {
        if let Event::NodeEnded { node, state, .. } = event {
            steps::log(&format!("end {} {} {}", node.name, state.kind, state.message));
        }
    });
    // The error's text is the report.
    runner
        .run(steps::killed(salt))
        .map_err(|error| error.to_string())?;
    Ok(())
}
