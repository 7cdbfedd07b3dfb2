//! `resume`: goes on with a recorded run.

use clap::{Arg, Command};

use super::advice::Advice;
use super::drive::{self, Refused};
use super::{Call, Exit, args};
use crate::failure::chain;
use crate::registry::Given;
use crate::runner::Drive;
use crate::state::{StateError, fit, parameters};

pub(super) fn grammar() -> Command {
    Command::new("resume")
        .about("Goes on with a run: what is pending, and what failed")
        .arg(
            Arg::new("run")
                .value_name("RUN")
                .help("The run's id, or the start of it")
                .default_value("latest"),
        )
        .args(args::driving())
}

/// Goes on with the run that `matches` names.
///
/// # Errors
///
/// What is wrong with the command or the run; nothing ran.
pub(super) fn resume(call: Call<'_>) -> Result<Exit, Refused> {
    let Call {
        matches, terminal, ..
    } = call;
    let name = matches.get_one::<String>("run").map_or("latest", String::as_str);
    let state = drive::at_store(call).recorded(name)?;
    let of = state.flow().unwrap_or_default();
    let flow = call.flows.find(Some(of)).map_err(|_| {
        let id = state.run_id().unwrap_or(name);
        format!(
            "run {id} is one of flow `{of}`, which this program does not have\n  to go on: resume it with the \
             program that started it"
        )
    })?;
    let unusable = |error: StateError| {
        format!(
            "run {name} cannot go on: {}\n  to go on: {}",
            chain(&error),
            error.advice()
        )
    };
    let runner = drive::runner(call, flow.spec)?;
    let fitted = fit(state, flow.spec).map_err(unusable)?;
    let values = parameters(fitted.head.as_deref(), flow.spec).map_err(unusable)?;
    let ready = drive::build(flow, &mut Given::new(values), &runner)?;
    let how = Drive {
        budget: drive::budget(matches),
        ..Drive::RESUME
    };
    let advice = Advice::of_recorded(call, flow);
    let driven = drive::drive(ready, runner, &how, Some(fitted), &advice, terminal)?;
    Ok(driven.conclude(flow.spec, Some(&advice), terminal))
}
