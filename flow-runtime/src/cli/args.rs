//! The grammar of the command line: commands, options, help, built from the flows that there are.
//! It only describes; what an option does is said where it is read.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, Command, value_parser};

use super::params;
use super::select::Flows;
use crate::registry::Registration;
use crate::runner::LogicalTime;
use crate::spec::FlowSpec;

/// The argument that names a flow.
pub(super) const FLOW: &str = "flow";

/// The command that shows help: `help run nightly` is `run nightly --help`.
pub(super) const HELP: &str = "help";

/// The value of a bare `--force`: no node is named so.
pub(super) const EVERY_NODE: &str = "*";

/// The help of `run` starts with the flow's docs, or with the flows that there are.
const RUN_HELP: &str = "{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// The whole command line of the binary called `program`, where `run` has the parameters of this flow.
pub(super) fn command(program: &str, flows: Flows<'_>, flow: Option<&'static Registration>) -> Command {
    let run = match flow {
        Some(flow) => run_one(program, flows, flow),
        None => run_any(program, flows),
    };
    Command::new(program.to_owned())
        .bin_name(program)
        .about("Runs the flows of this binary.")
        .subcommand(Command::new("list").about("Lists the flows"))
        .subcommand(run.about("Runs a flow").disable_help_flag(true))
        .subcommand(graph(program, flows))
        // The parser's own takes no flow. This one only stands in the list: its words are turned round before they are read.
        .disable_help_subcommand(true)
        .subcommand(Command::new(HELP).about("Shows the help of a command, or of `run FLOW`"))
}

/// `run` where the flow is known.
fn run_one(program: &str, flows: Flows<'_>, flow: &'static Registration) -> Command {
    let run = Command::new("run")
        .override_usage(usage(program, flows, flow))
        .help_template(RUN_HELP)
        .before_help(docs(flow.spec))
        .arg(flow_argument())
        .args(params::options(flow.spec))
        .args(options());
    let notes = [
        params::by_param_only(flow.spec),
        params::values_help(flow.spec).map(str::to_owned),
    ];
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    if notes.is_empty() {
        run
    } else {
        run.after_help(notes.join("\n\n"))
    }
}

/// `run` where the flow has not been named: the place of advice and help.
fn run_any(program: &str, flows: Flows<'_>) -> Command {
    let lines = super::list::lines(flows).join("\n  ");
    Command::new("run")
        .override_usage(format!("{program} run <FLOW> [PARAMETERS] [OPTIONS]"))
        .help_template(RUN_HELP)
        .before_help(format!("Runs one of the flows\n\n  {lines}"))
        .after_help(format!(
            "`{program} run <FLOW> --help` shows a flow's parameters."
        ))
        .arg(flow_argument())
        .args(options())
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

fn usage(program: &str, flows: Flows<'_>, flow: &'static Registration) -> String {
    let label = flows.label(flow);
    // The only flow need not be named.
    let label = if flows.only().is_some() {
        format!("[{label}]")
    } else {
        label
    };
    let required = params::required_usage(flow.spec);
    format!("{program} run {label}{required} [OPTIONS]")
}

/// The options of every run.
fn options() -> [Arg; 7] {
    let options = [
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
        Arg::new("store")
            .long("store")
            .value_name("DIR")
            .help("Where checkpoints live [default: FLOW_STORE, else results]")
            .value_parser(value_parser!(PathBuf)),
        Arg::new("jobs")
            .long("jobs")
            .short('j')
            .value_name("N")
            .help("At most so many plain bodies at a time [default: as many as processors]")
            .value_parser(ValueParser::from(jobs)),
        Arg::new("force")
            .long("force")
            .value_name("NODE,...")
            .help("Runs the bodies of these nodes, or of all, whatever targets are there")
            .action(ArgAction::Append)
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value(EVERY_NODE),
        // Of our own, so that it stands with these, behind the parameters.
        Arg::new("help")
            .long("help")
            .short('h')
            .help("Shows this help")
            .action(ArgAction::HelpShort),
    ];
    options.map(|arg| arg.help_heading("Options"))
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

fn jobs(text: &str) -> Result<usize, &'static str> {
    match text.parse::<NonZeroUsize>() {
        Ok(jobs) => Ok(jobs.get()),
        Err(_) => Err("a number from 1 up is expected"),
    }
}
