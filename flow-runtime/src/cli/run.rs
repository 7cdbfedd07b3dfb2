//! `run`: from what the command line says to a run that has ended. What is said while it runs is the report's affair.

use core::panic::AssertUnwindSafe;
use std::ffi::OsString;
use std::panic::catch_unwind;
use std::path::PathBuf;

use clap::ArgMatches;

use super::args::{EVERY_NODE, FLOW};
use super::interrupt::Interrupt;
use super::report::Report;
use super::select::Flows;
use super::terminal::{Terminal, printable};
use super::{Exit, params};
use crate::failure::{chain, panic_message};
use crate::handle::Switch;
use crate::registry::{Launched, MissingParam};
use crate::runner::{LogicalTime, Runner};
use crate::spec::FlowSpec;
use crate::state::StateType;
use crate::suggest::closest;

/// Runs the flow that `matches` names. `words` is the whole command, for the advice to give it again.
///
/// # Errors
///
/// What is wrong with the command; nothing ran.
pub(super) fn run(
    flows: Flows<'_>,
    matches: &ArgMatches,
    words: &[OsString],
    terminal: &Terminal,
) -> Result<Exit, String> {
    let flow = flows.find(matches.get_one::<String>(FLOW).map(String::as_str))?;
    let mut given = params::read(flow.spec, matches)?;
    let switch = Switch::default();
    let report = Report::new(terminal.err.clone());
    let runner = runner(flow.spec, matches)?.reader(report).stopped_by(&switch);
    // Defaults are the author's code.
    let ready = catch_unwind(AssertUnwindSafe(|| (flow.build)(&mut given))).map_err(|panic| {
        let message = panic_message(&*panic);
        format!("a default of flow `{}` panicked: {message}", flow.spec.function)
    })?;
    let ready = ready.map_err(|MissingParam { place }| {
        let name = flow.spec.params.get(place).map_or("?", |param| param.name);
        format!("flow `{}` needs a value for `{name}`", flow.spec.function)
    })?;
    let interrupt = Interrupt::listen(switch, terminal.err.clone());
    let run = ready.launch(&runner).map_err(|error| chain(&error))?;
    let interrupted = interrupt.and_then(Interrupt::end);
    let exit = conclude(&*run, words, terminal);
    Ok(match interrupted {
        Some(code) if run.state().kind == StateType::Pending => Exit::Interrupted(code),
        _ => exit,
    })
}

fn runner(flow: &FlowSpec, matches: &ArgMatches) -> Result<Runner, String> {
    let mut runner = Runner::new();
    if let Some(root) = matches.get_one::<PathBuf>("store") {
        runner = runner.store(root);
    }
    if let Some(jobs) = matches.get_one::<usize>("jobs") {
        runner = runner.jobs(*jobs);
    }
    if let Some(time) = matches.get_one::<LogicalTime>("date") {
        runner = runner.date(time.clone());
    }
    if let Some(zone) = matches.get_one::<String>("tz") {
        runner = runner.tz(zone);
    }
    for nodes in matches.get_many::<String>("force").into_iter().flatten() {
        runner = match &**nodes {
            EVERY_NODE => runner.force(),
            nodes => runner.force_nodes(forced(flow, nodes)?),
        };
    }
    Ok(runner)
}

/// The nodes in `a,b`.
fn forced<'a>(flow: &FlowSpec, nodes: &'a str) -> Result<Vec<&'a str>, String> {
    let nodes: Vec<&str> = nodes.split(',').map(str::trim).collect();
    if nodes.contains(&"") {
        // `--force=$NODES` with an empty variable must not run everything.
        return Err("`--force=` names no node: write `--force=NODE,...`, or `--force` for all".to_owned());
    }
    let unknown = nodes.iter().filter(|node| flow.node(node).is_none());
    let errors: Vec<String> = unknown
        .map(|node| {
            let advice = match closest(node, flow.nodes.iter().map(|node| node.name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "its nodes are shown by `graph`".to_owned(),
            };
            format!(
                "`--force`: flow `{}` has no node `{node}`; {advice}",
                flow.function
            )
        })
        .collect();
    if errors.is_empty() {
        Ok(nodes)
    } else {
        Err(errors.join("\n"))
    }
}

fn conclude(run: &dyn Launched, words: &[OsString], terminal: &Terminal) -> Exit {
    let failure = run.report();
    if let Some(failure) = &failure {
        terminal.err.say("");
        terminal.err.say_error(failure);
    }
    let is_open = failure.is_some() || run.state().kind == StateType::Pending;
    // Where the report has advised another value, the same command would fail again.
    if is_open && !run.asks_for_another_value() {
        terminal.err.say(&format!(
            "\nto go on, give the same command again; what succeeded and has a target is reused:\n  {}",
            printable(&command_line(words))
        ));
    }
    if run.succeeded() {
        Exit::Success
    } else {
        Exit::Unsuccessful
    }
}

/// The command as it can be given to a shell.
fn command_line(words: &[OsString]) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=,:+@%".contains(c);
    let quoted = words.iter().map(|word| {
        let word = word.to_string_lossy();
        if !word.is_empty() && word.chars().all(plain) {
            word.into_owned()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::command_line;

    #[test]
    fn the_command_can_be_given_to_a_shell_again() {
        let words = ["./mine", "run", "--day=2026-11-23", "--name", "it's me", ""];
        let words = words.map(Into::into);
        assert_eq!(
            command_line(&words),
            r"./mine run --day=2026-11-23 --name 'it'\''s me' ''"
        );
    }
}
