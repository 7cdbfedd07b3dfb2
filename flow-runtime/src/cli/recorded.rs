//! `runs`, `status` and `gc`: what a store knows of runs, and what of it is not needed any more.

use std::collections::BTreeMap;

use clap::{Arg, ArgAction, Command, value_parser};

use super::drive::{Refused, at_store};
use super::terminal::{Terminal, one_line, printable, style_of};
use super::{Call, Exit, args, show};
use crate::failure::causes;
use crate::runs::{Garbage, Known, Pruned, Runs, RunsError};
use crate::state::{RunState, StateType};

pub(super) fn runs_grammar() -> Command {
    Command::new("runs")
        .about("Lists the recorded runs, or removes old ones")
        .arg(args::store())
        .subcommand(
            Command::new("prune")
                .about("Removes finished runs but for the newest of each flow")
                .arg(
                    Arg::new("keep")
                        .long("keep")
                        .value_name("N")
                        .help("How many of each flow stay")
                        .value_parser(value_parser!(usize))
                        .default_value("10"),
                )
                .arg(dry())
                .arg(args::store()),
        )
}

pub(super) fn status_grammar() -> Command {
    Command::new("status")
        .about("Shows the nodes of a recorded run")
        .arg(
            Arg::new("run")
                .value_name("RUN")
                .help("The run's id, or the start of it")
                .default_value("latest"),
        )
        .arg(
            Arg::new("json")
                .long("json")
                .help("Writes the run state as JSON, as `slice` does")
                .action(ArgAction::SetTrue),
        )
        .arg(args::store())
}

pub(super) fn gc_grammar() -> Command {
    Command::new("gc")
        .about("Shows the files in the store that nothing needs any more, and removes them with --delete")
        .arg(
            Arg::new("delete")
                .long("delete")
                .help("Removes them")
                .action(ArgAction::SetTrue),
        )
        .arg(args::store())
}

/// What is said of a run whose process died before it had recorded more than its name.
const UNTOLD: &str = "nothing is recorded of its nodes";

fn dry() -> Arg {
    Arg::new("dry-run")
        .long("dry-run")
        .help("Only says which")
        .action(ArgAction::SetTrue)
}

fn runs_of(call: Call<'_>) -> Result<Runs, RunsError> {
    at_store(call).runs().ok_or(RunsError::None)
}

/// `runs` and `runs prune`.
pub(super) fn runs(call: Call<'_>) -> Result<Exit, Refused> {
    let terminal = call.terminal;
    if let Some(matches) = call.matches.subcommand_matches("prune") {
        let keep = matches.get_one::<usize>("keep").copied().unwrap_or(10);
        let is_dry = matches.get_flag("dry-run");
        let pruned = runs_of(Call { matches, ..call })?.prune(None, keep, is_dry)?;
        let verb = if is_dry { "would be removed" } else { "removed" };
        let line = |pruned: &Pruned| {
            format!(
                "{} {} {} {verb}",
                pruned.id,
                pruned.state,
                printable(&pruned.flow)
            )
        };
        let lines: Vec<String> = pruned.iter().map(line).collect();
        return Ok(show_lines(&lines, "nothing to remove", terminal));
    }
    let runs = runs_of(call)?;
    let lines: Vec<String> = runs
        .list()?
        .iter()
        .map(|known| line(&runs, known, terminal))
        .collect();
    Ok(show_lines(&lines, "no run is recorded", terminal))
}

fn show_lines(lines: &[String], none: &str, terminal: &Terminal) -> Exit {
    if lines.is_empty() {
        terminal.err.say(none);
        return Exit::Success;
    }
    show(&lines.join("\n"), terminal)
}

/// A run in a line: its id, how it stands, its flow, its start.
fn line(runs: &Runs, known: &Known, terminal: &Terminal) -> String {
    let summary = match &known.summary {
        Ok(summary) => summary,
        Err(error) => return format!("{} unreadable: {}", known.id, causes(error).join(": ")),
    };
    let (kind, remark) = match (&known.ended, runs.holder(&known.id)) {
        (_, Some(holder)) => (
            StateType::Running.name().to_owned(),
            format!("driven by {holder}"),
        ),
        (Some(ended), None) => (ended.state.clone(), String::new()),
        (None, None) => match runs.read(&known.id) {
            Ok(recorded) if recorded.state.nodes().len() == 0 => {
                (StateType::Pending.name().to_owned(), UNTOLD.to_owned())
            }
            Ok(recorded) if recorded.state.is_finished() => ("Finished".to_owned(), String::new()),
            Ok(recorded) => (StateType::Pending.name().to_owned(), counts(&recorded.state)),
            Err(error) => ("unreadable".to_owned(), causes(&error).join(": ")),
        },
    };
    let style = StateType::named(&kind).map_or_else(Default::default, style_of);
    let kind = terminal.out.paint(&format!("{kind:9}"), style);
    let started = summary
        .started
        .map_or_else(String::new, |at| at.strftime("%Y-%m-%d %H:%M:%S").to_string());
    let line = format!(
        "{} {kind} {started}  {}  {remark}",
        known.id,
        printable(&summary.flow)
    );
    line.trim_end().to_owned()
}

/// How many nodes are what.
fn counts(state: &RunState) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for node in state.nodes() {
        *counts.entry(node.state().kind.name()).or_default() += 1;
    }
    let counts: Vec<String> = counts
        .into_iter()
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    counts.join(", ")
}

/// `status`.
pub(super) fn status(call: Call<'_>) -> Result<Exit, Refused> {
    let Call {
        matches, terminal, ..
    } = call;
    let runs = runs_of(call)?;
    let id = runs.find(matches.get_one::<String>("run").map_or("latest", String::as_str))?;
    let looked = runs.look(&id)?;
    let state = &looked.state;
    if matches.get_flag("json") {
        return Ok(show(&state.to_json(), terminal));
    }
    let mut lines = vec![format!("run {id} of {}", printable(state.flow().unwrap_or("?")))];
    if let Some(time) = state.logical_time() {
        lines.push(format!("logical time {}", time.strftime("%Y-%m-%d %H:%M:%S %Q")));
    }
    if let Some(holder) = &looked.holder {
        lines.push(format!("driven by {holder}"));
    }
    if looked.torn > 0 {
        lines.push(format!(
            "the last {} bytes of its journal are no whole record",
            looked.torn
        ));
    }
    let width = state
        .nodes()
        .map(|node| node.slug().chars().count())
        .max()
        .unwrap_or(0)
        .min(40);
    for node in state.nodes() {
        let kind = format!("{:13}", node.state().kind);
        let kind = terminal.out.paint(&kind, style_of(node.state().kind));
        let waits = node
            .not_before()
            .map_or_else(String::new, |at| format!(" (not before {at})"));
        let line = format!(
            "{kind} {:width$}  {}{waits}",
            node.slug(),
            one_line(&node.state().message)
        );
        lines.push(line.trim_end().to_owned());
    }
    lines.push(if state.nodes().len() == 0 {
        UNTOLD.to_owned()
    } else {
        counts(state)
    });
    Ok(show(&lines.join("\n"), terminal))
}

/// `gc`.
pub(super) fn gc(call: Call<'_>) -> Result<Exit, Refused> {
    let terminal = call.terminal;
    let delete = call.matches.get_flag("delete");
    let garbage = runs_of(call)?.garbage(delete)?;
    let bytes: u64 = garbage.iter().map(|garbage| garbage.bytes).sum();
    let line = |garbage: &Garbage| {
        format!(
            "{:>10}  {}  {}",
            garbage.bytes,
            printable(&garbage.shown),
            garbage.why
        )
    };
    let lines: Vec<String> = garbage.iter().map(line).collect();
    let exit = show_lines(&lines, "nothing is left over", terminal);
    if !garbage.is_empty() {
        let verb = if delete {
            "removed"
        } else {
            "would be removed with --delete"
        };
        let files = match garbage.len() {
            1 => "1 file".to_owned(),
            several => format!("{several} files"),
        };
        terminal.err.say(&format!("{files}, {bytes} bytes {verb}"));
    }
    Ok(exit)
}
