//! What every command that drives a run shares: a runner from its options, the run itself, how it ends.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use clap::ArgMatches;
use jiff::Timestamp;
use tokio::runtime::Handle;

use super::advice::Advice;
use super::args::{AT_MOST, FAIL_FAST};
use super::interrupt::Interrupt;
use super::left::Left;
use super::report::Report;
use super::resources::{self, Around};
use super::terminal::{Terminal, printable};
use super::{Call, Exit};
use crate::budget::Budget;
use crate::contained::caught;
use crate::error::StartError;
use crate::failure::chain;
use crate::handle::Switch;
use crate::journal::JournalError;
use crate::registry::{Given, Launch, Launched, MissingParam, Registration};
use crate::runner::{Drive, Durability, Runner};
use crate::runs::RunsError;
use crate::spec::{FlowSpec, NodeSpec};
use crate::state::{Fitted, StateType};
use crate::suggest::closest;

/// Why a command did not do what it was to do.
pub(super) enum Refused {
    /// The command is wrong: what to say, and nothing ran.
    Wrong(String),
    /// Another process drives the run.
    Held(String),
}

impl From<String> for Refused {
    fn from(text: String) -> Self {
        Self::Wrong(text)
    }
}

impl From<RunsError> for Refused {
    fn from(error: RunsError) -> Self {
        let advice = match &error {
            // Only what drives a run can do without a record of it.
            RunsError::Io { .. } => "see that the store can be read and written, and has room",
            _ => advice_on(&error),
        };
        let text = format!("{}\n  to go on: {advice}", chain(&error));
        match error {
            RunsError::Held { .. } => Self::Held(text),
            _ => Self::Wrong(text),
        }
    }
}

impl From<StartError> for Refused {
    fn from(error: StartError) -> Self {
        let advice = match &error {
            StartError::FromState { source, .. } | StartError::Parameter { source, .. } => {
                Some(source.advice())
            }
            StartError::Runs { source, .. } => Some(advice_on(source)),
            _ => None,
        };
        let mut text = chain(&error);
        if let Some(advice) = advice {
            text.push_str("\n  to go on: ");
            text.push_str(advice);
        }
        match error {
            StartError::Runs {
                source: RunsError::Held { .. },
                ..
            } => Self::Held(text),
            _ => Self::Wrong(text),
        }
    }
}

/// What to do about a run, where it names an option, with the command that takes it: whatever command was given.
fn advice_on(error: &RunsError) -> &'static str {
    match error {
        RunsError::Journal {
            source: JournalError::NoJournal | JournalError::Record { .. },
            ..
        } => "start a new run (`run --new`): results in targets are found again",
        _ => error.advice(),
    }
}

/// The program's runner with the options that every driving command has: they win.
///
/// # Errors
///
/// If a tag is none of the flow's.
pub(super) fn runner(call: Call<'_>, flow: &FlowSpec) -> Result<Runner, String> {
    let matches = call.matches;
    let mut runner = at_store(call);
    if let Some(durability) = matches.get_one::<Durability>("durability") {
        runner = runner.durability(*durability);
    }
    if let Some(keep) = matches.get_one::<usize>("keep") {
        runner = runner.keep(*keep);
    }
    if let Some(jobs) = matches.get_one::<usize>("jobs") {
        runner = runner.jobs(*jobs);
    }
    for (tag, nodes) in matches.get_many::<(String, usize)>(AT_MOST).into_iter().flatten() {
        check_tag(flow, tag)?;
        runner = runner.at_most(tag, *nodes);
    }
    if matches.get_flag(FAIL_FAST) {
        runner = runner.fail_fast();
    }
    Ok(runner)
}

/// A limit on a tag that no node has would limit nothing.
fn check_tag(flow: &FlowSpec, tag: &str) -> Result<(), String> {
    let tags: BTreeSet<&str> = (flow.nodes.iter())
        .flat_map(NodeSpec::parts)
        .flat_map(|node| node.rules().tags.iter().copied())
        .collect();
    if tags.contains(tag) {
        return Ok(());
    }
    let advice = match closest(tag, tags.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if tags.is_empty() => "none of its nodes has a tag".to_owned(),
        None => format!("its tags are {}", tags.into_iter().collect::<Vec<_>>().join(", ")),
    };
    Err(format!(
        "`--at-most`: no node of flow `{}` has the tag `{tag}`; {advice}",
        flow.function
    ))
}

/// The program's runner at the store that the command names.
pub(super) fn at_store(call: Call<'_>) -> Runner {
    match call.matches.get_one::<PathBuf>("store") {
        Some(root) => call.runner.clone().store(root),
        None => call.runner.clone(),
    }
}

/// What the command allows the run to use.
pub(super) fn budget(matches: &ArgMatches) -> Option<Budget> {
    let tasks = matches.get_one::<u32>("max-tasks").copied();
    let time = matches.get_one::<Duration>("max-time").copied();
    match (tasks, time) {
        (None, None) => None,
        (Some(tasks), None) => Some(Budget::tasks(tasks)),
        (None, Some(time)) => Some(Budget::time(time)),
        (Some(tasks), Some(time)) => Some(Budget::time(time).and_tasks(tasks)),
    }
}

/// A flow that is ready to be driven.
pub(super) struct Ready {
    flow: Box<dyn Launch>,
    /// What its resources live on, if it has any.
    around: Option<Around>,
}

/// The flow's value with these parameters, and with its resources, which are made now.
pub(super) fn build(
    flow: &'static Registration,
    given: &mut Given,
    runner: &Runner,
) -> Result<Ready, Refused> {
    let around = resources::make(flow.spec, given, runner)?;
    // There they are dropped in the end.
    let tokio = around.as_ref().and_then(|around| around.runtime.handle());
    let _inside = tokio.as_ref().map(Handle::enter);
    // Defaults are the author's code.
    let ready = caught(|| (flow.build)(given))
        .map_err(|panic| format!("a default of flow `{}` panicked: {panic}", flow.spec.function))?;
    let ready = ready.map_err(|MissingParam { place }| {
        let name = flow.spec.params.get(place).map_or("?", |param| param.name);
        format!("flow `{}` needs a value for `{name}`", flow.spec.function)
    })?;
    Ok(Ready { flow: ready, around })
}

/// A run that this command has driven.
pub(super) struct Driven {
    pub(super) run: Box<dyn Launched>,
    /// The exit code of the signal that has stopped it, if one has.
    interrupted: Option<u8>,
    has_budget: bool,
}

/// Drives a run; tells on standard error what happens, and stops in order at a signal.
pub(super) fn drive(
    ready: Ready,
    runner: Runner,
    how: &Drive,
    from: Option<Fitted>,
    advice: &Advice,
    terminal: &Terminal,
) -> Result<Driven, Refused> {
    let switch = Switch::default();
    let mut runner = runner
        .reader(Report::new(terminal.err.clone()))
        .stopped_by(&switch);
    let mut how = *how;
    // It is dropped in the end, when nothing of the run needs it any more.
    let Ready { flow, around } = ready;
    if let Some(around) = &around {
        runner = runner.inside(around.runtime.handle());
        how.budget = how.budget.map(|budget| budget.since(around.since));
    }
    let interrupt = Interrupt::listen(switch, advice.clone(), terminal.err_past_locks());
    let launched = flow.launch(&runner, &how, from);
    // Also where it did not start: the program may go on.
    let interrupted = interrupt.and_then(Interrupt::end);
    Ok(Driven {
        run: launched?,
        interrupted,
        has_budget: how.budget.is_some(),
    })
}

impl Driven {
    /// Says what went wrong and how to go on with this run of `flow`; how the command ends.
    pub(super) fn conclude(
        &self,
        flow: &'static FlowSpec,
        advice: Option<&Advice>,
        terminal: &Terminal,
    ) -> Exit {
        let run = &*self.run;
        let failure = run.report();
        if let Some(failure) = &failure {
            terminal.err.say("");
            terminal.err.say_error(failure);
        }
        let is_pending = run.state().kind == StateType::Pending;
        let state = is_pending.then(|| run.run_state().ok()).flatten();
        let left = state.map(|state| Left::of(flow, &state, Timestamp::now()));
        if let Some(left) = &left {
            left.say_who(&terminal.err);
        }
        if let Some(advice) = advice.and_then(|advice| advice.on(run.id().as_str(), run.way_on())) {
            terminal.err.say(&format!("\n{}", printable(&advice)));
        }
        // What failed does not end the rest, but for a journal that cannot be written. Only where there is no next call that
        // would say so, the exit code does.
        let goes_on = is_pending && !run.is_cut_off() && (self.has_budget || failure.is_none());
        match (self.interrupted, left) {
            (Some(code), _) if is_pending => Exit::Interrupted(code),
            (_, Some(left)) if goes_on && left.waits() => Exit::Waits,
            (_, left) if goes_on && self.has_budget => {
                if let Some(left) = left {
                    left.say_when(&terminal.err);
                }
                Exit::CallAgain
            }
            _ if run.succeeded() => Exit::Success,
            _ => Exit::Unsuccessful,
        }
    }
}
