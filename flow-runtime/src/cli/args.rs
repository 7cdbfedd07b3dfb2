//! The grammar of the command line: commands, options, help, built from the flows that there are.
//! It only describes; what an option does is said where it is read.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, Command, value_parser};

use jiff::SignedDuration;

use super::select::Flows;
use super::{params, resources};
use crate::registry::Registration;
use crate::runner::{Durability, LogicalTime};
use crate::spec::FlowSpec;

/// The argument that names a flow.
pub(super) const FLOW: &str = "flow";

/// The command that shows help: `help run nightly` is `run nightly --help`.
pub(super) const HELP: &str = "help";

/// The command whose exit codes a program goes by.
const SLICE: &str = "slice";

/// The option that limits how many nodes with a tag run at a time.
pub(super) const AT_MOST: &str = "at-most";

/// The option that ends a run with its first failure.
pub(super) const FAIL_FAST: &str = "fail-fast";

/// The value of a bare `--force`: no node is named so.
pub(super) const EVERY_NODE: &str = "*";

/// The options that repair the results of a run. They begin a new one.
pub(super) const REPAIRING: [&str; 3] = ["force", "from", "given"];

/// The help of `run` starts with the flow's docs, or with the flows that there are.
const RUN_HELP: &str = "{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// How `slice` ends: who calls it again and again, a program, goes by that.
const EXITS_OF_SLICE: &str = "\
Exit codes:
  0        the run has ended as a Success
  1        it has ended otherwise
  2        the command, or the state that was given, is wrong; nothing ran
  10       something is left: call again with the state that was written,
           not before the time in the line `not before TIME` on standard error, if there is one
  11       all that is left waits for somebody: call again when that is done
  74       it ran, but its state could not be written: what is said tells how to get it
  75       another process drives the run
  130 143  a signal has stopped it: call again";

/// The commands, as they are listed.
pub(super) const COMMANDS: [&str; 8] = ["list", "run", "resume", "slice", "runs", "status", "gc", "graph"];

/// The commands that take the parameters of a flow.
pub(super) const OF_A_FLOW: [&str; 2] = ["run", "slice"];

/// The whole command line of the binary called `program`, where `run` and `slice` have the parameters of this flow.
pub(super) fn command(program: &str, flows: Flows<'_>, flow: Option<&'static Registration>) -> Command {
    let of_a_flow = |name: &'static str, about: &'static str, options: Vec<Arg>| {
        let command = match flow {
            Some(flow) => of_one(program, name, flows, flow, options),
            None => of_any(program, name, flows, options),
        };
        command.about(about).disable_help_flag(true)
    };
    Command::new(program.to_owned())
        .bin_name(program)
        .about("Runs the flows of this binary.")
        .subcommand(Command::new("list").about("Lists the flows"))
        .subcommand(of_a_flow(
            "run",
            "Runs a flow, or goes on with its run",
            run_options(),
        ))
        .subcommand(super::resume::grammar())
        .subcommand(of_a_flow(
            SLICE,
            "Runs a part of a flow: a state in, a state out",
            slice_options(),
        ))
        .subcommand(super::recorded::runs_grammar())
        .subcommand(super::recorded::status_grammar())
        .subcommand(super::recorded::gc_grammar())
        .subcommand(graph(program, flows))
        // The parser's own takes no flow. This one only stands in the list: its words are turned round before they are read.
        .disable_help_subcommand(true)
        .subcommand(Command::new(HELP).about("Shows the help of a command, or of `run FLOW`"))
}

/// `run` or `slice` where the flow is known.
fn of_one(
    program: &str,
    name: &'static str,
    flows: Flows<'_>,
    flow: &'static Registration,
    options: Vec<Arg>,
) -> Command {
    let command = Command::new(name)
        .override_usage(usage(program, name, flows, flow))
        .help_template(RUN_HELP)
        .before_help(docs(flow.spec))
        .arg(flow_argument())
        .args(params::options(flow.spec))
        .args(options);
    let notes = [
        resources::note(flow.spec).map(|note| format!("This flow runs {note}.")),
        params::by_param_only(flow.spec),
        params::values_help(flow.spec).map(str::to_owned),
        (name == SLICE).then(|| EXITS_OF_SLICE.to_owned()),
    ];
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    if notes.is_empty() {
        command
    } else {
        command.after_help(notes.join("\n\n"))
    }
}

/// The same where the flow has not been named: the place of advice and help.
fn of_any(program: &str, name: &'static str, flows: Flows<'_>, options: Vec<Arg>) -> Command {
    let lines = super::list::lines(flows).join("\n  ");
    let mut after_help = format!("`{program} {name} <FLOW> --help` shows a flow's parameters.");
    if name == SLICE {
        after_help = format!("{EXITS_OF_SLICE}\n\n{after_help}");
    }
    Command::new(name)
        .override_usage(format!("{program} {name} <FLOW> [PARAMETERS] [OPTIONS]"))
        .help_template(RUN_HELP)
        .before_help(format!("Runs one of the flows\n\n  {lines}"))
        .after_help(after_help)
        .arg(flow_argument())
        .args(options)
}

fn flow_argument() -> Arg {
    Arg::new(FLOW).value_name("FLOW").hide(true)
}

fn docs(flow: &FlowSpec) -> String {
    match flow.docs.trim() {
        "" => format!("Runs the flow `{}`.", flow.name),
        docs => docs.to_owned(),
    }
}

fn usage(program: &str, name: &str, flows: Flows<'_>, flow: &'static Registration) -> String {
    let label = flows.label(flow);
    // The only flow need not be named.
    let label = if flows.only().is_some() {
        format!("[{label}]")
    } else {
        label
    };
    let required = params::required_usage(flow.spec);
    format!("{program} {name} {label}{required} [OPTIONS]")
}

/// The options of `run`.
fn run_options() -> Vec<Arg> {
    let new = Arg::new("new")
        .long("new")
        .help("Starts a new run, also where an earlier one with these parameters can go on")
        .action(ArgAction::SetTrue)
        .conflicts_with("from");
    let mut options = options();
    options.insert(1, new.help_heading("Options"));
    options
}

/// The options of `slice`.
fn slice_options() -> Vec<Arg> {
    let own = [
        Arg::new("state-in")
            .long("state-in")
            .value_name("FILE")
            .help("The state to go on from; empty for a new run, `-` for standard input")
            .default_value("-"),
        Arg::new("state-out")
            .long("state-out")
            .value_name("FILE")
            .help("Where the state goes that this slice comes to, `-` for standard output")
            .default_value("-"),
        Arg::new("state-limit")
            .long("state-limit")
            .value_name("BYTES")
            .help("How long a state may be [default: the program's, else 10000000]")
            .value_parser(value_parser!(usize)),
    ];
    let mut options = options();
    options.splice(1..1, own.map(|arg| arg.help_heading("Options")));
    options
}

/// The options of every command that drives a run.
pub(super) fn driving() -> Vec<Arg> {
    let options = [
        Arg::new("max-tasks")
            .long("max-tasks")
            .value_name("N")
            .help("At most so many attempts; then exit 10 where something is left")
            .value_parser(value_parser!(u32).range(1..)),
        Arg::new("max-time")
            .long("max-time")
            .value_name("TIME")
            .help("Nothing starts after this time, such as 8m; then exit 10 where something is left")
            .value_parser(ValueParser::from(time)),
        store(),
        Arg::new("durability")
            .long("durability")
            .value_name("LEVEL")
            .help("How safe what is recorded is: none, process (survives a kill), full (and power loss)")
            .value_parser(ValueParser::from(durability)),
        Arg::new("keep")
            .long("keep")
            .value_name("N")
            .help("How many finished runs of the flow stay recorded [default: the program's, else 10]")
            .value_parser(value_parser!(usize)),
        Arg::new("jobs")
            .long("jobs")
            .short('j')
            .value_name("N")
            .help(
                "At most so many plain bodies at a time [default: the program's, else as many as processors]",
            )
            .value_parser(ValueParser::from(jobs)),
        Arg::new(AT_MOST)
            .long("at-most")
            .value_name("TAG=N")
            .help("At most so many nodes with this tag at a time")
            .action(ArgAction::Append)
            .value_parser(ValueParser::from(limit)),
        Arg::new(FAIL_FAST)
            .long("fail-fast")
            .help("The first node that fails ends the run: what has not started is Cancelled")
            .action(ArgAction::SetTrue),
    ];
    options.map(|arg| arg.help_heading("Options")).into()
}

/// Where the store is.
pub(super) fn store() -> Arg {
    Arg::new("store")
        .long("store")
        .value_name("DIR")
        .help("Where checkpoints live [default: the program's, else FLOW_STORE, else results]")
        .value_parser(value_parser!(PathBuf))
}

/// The options of every command that can start a run.
fn options() -> Vec<Arg> {
    let starting = [
        params::param_option(),
        Arg::new("date")
            .long("date")
            .value_name("DATE")
            .help("The logical time: a date, or an RFC 3339 time, with its zone in [] or without [default: now]")
            .value_parser(ValueParser::from(logical_time)),
        Arg::new("tz")
            .long("tz")
            .value_name("ZONE")
            .help("The zone of the logical time, such as Europe/Berlin [default: the flow's]"),
    ];
    let repairing = [
        Arg::new("force")
            .long("force")
            .value_name("NODE,...")
            .help("Runs the bodies of these nodes, or of all, in a new run, whatever targets are there")
            .action(ArgAction::Append)
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value(EVERY_NODE),
        Arg::new("from")
            .long("from")
            .value_name("NODE")
            .help("Runs this node and what depends on it anew, in a new run; takes the rest from the latest"),
        Arg::new("given")
            .long("given")
            .value_name("NODE=FILE")
            .help("Takes a node's result from a file, in a new run")
            .action(ArgAction::Append),
        // Of our own, so that it stands with these, behind the parameters.
        Arg::new("help")
            .long("help")
            .short('h')
            .help("Shows this help")
            .action(ArgAction::HelpShort),
    ];
    let headed = |arg: Arg| arg.help_heading("Options");
    let mut options: Vec<Arg> = starting.map(headed).into();
    options.extend(driving());
    options.extend(repairing.map(headed));
    options
}

fn time(text: &str) -> Result<Duration, String> {
    let parsed = SignedDuration::from_str(text)
        .ok()
        .and_then(|time| Duration::try_from(time).ok());
    parsed.ok_or_else(|| "a time such as 8m, 90s or 1h 30m is expected".to_owned())
}

fn durability(text: &str) -> Result<Durability, String> {
    text.parse()
}

fn graph(program: &str, flows: Flows<'_>) -> Command {
    let flow = if flows.only().is_some() {
        "[FLOW]"
    } else {
        "<FLOW>"
    };
    Command::new("graph")
        .about("Draws a flow")
        .override_usage(format!("{program} graph {flow} [--format mermaid|dot]"))
        .arg(Arg::new(FLOW).value_name("FLOW").help("The flow to draw"))
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .help("The language of the drawing")
                .value_parser(["mermaid", "dot"])
                .default_value("mermaid"),
        )
}

fn logical_time(text: &str) -> Result<LogicalTime, String> {
    LogicalTime::from_str(text).map_err(|error| {
        format!(
            "neither a date such as 2026-11-23 nor an RFC 3339 time such as 2026-11-23T09:00:00Z ({error})"
        )
    })
}

fn limit(text: &str) -> Result<(String, usize), String> {
    let parts = text
        .rsplit_once('=')
        .filter(|(tag, _)| !tag.is_empty())
        .ok_or("a tag and a number are expected, such as db=2")?;
    let nodes = jobs(parts.1).map_err(|error| format!("{error} behind `{}=`", parts.0))?;
    Ok((parts.0.to_owned(), nodes))
}

fn jobs(text: &str) -> Result<usize, &'static str> {
    match text.parse::<NonZeroUsize>() {
        Ok(jobs) => Ok(jobs.get()),
        Err(_) => Err("a number from 1 up is expected"),
    }
}
