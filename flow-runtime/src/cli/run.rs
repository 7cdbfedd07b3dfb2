//! `run`: from what the command line says to a run that has ended, and the options that `slice` shares with it.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::advice::Advice;
use super::args::{EVERY_NODE, FLOW, REPAIRING};
use super::beside::Beside;
use super::drive::{self, Refused};
use super::{Call, Exit, params, resources};
use crate::checkpoint::OutputFile;
use crate::failure::chain;
use crate::runner::{Begin, Drive, LogicalTime, Runner};
use crate::slot::Held;
use crate::spec::{FlowSpec, NodeSpec};
use crate::suggest::closest;

/// Runs the flow that the command names.
///
/// # Errors
///
/// What is wrong with the command; nothing ran.
pub(super) fn run(call: Call<'_>) -> Result<Exit, Refused> {
    let Call {
        matches, terminal, ..
    } = call;
    let flow = call
        .flows
        .find(matches.get_one::<String>(FLOW).map(String::as_str))?;
    resources::check(flow.spec)?;
    let mut given = params::read(flow.spec, matches)?;
    let runner = runner(call, flow.spec)?;
    let repairs = of_new_run(matches).next().is_some();
    let begin = match from(flow.spec, matches)? {
        Some(node) => Begin::From(node),
        // In a run that goes on they would hold for what is left of it alone.
        None if repairs || matches.get_flag("new") => Begin::New,
        None => Begin::Continued,
    };
    let runner = match runner.runs().filter(|_| repairs) {
        Some(runs) => runner.reader(Beside::new(runs, terminal.err.clone())),
        None => runner,
    };
    let how = Drive {
        begin,
        budget: drive::budget(matches),
        ..Drive::RUN
    };
    let advice = Advice::of_run(call);
    let ready = drive::build(flow, &mut given, &runner)?;
    let driven = drive::drive(ready, runner, &how, None, &advice, terminal)?;
    Ok(driven.conclude(flow.spec, Some(&advice), terminal))
}

/// The options, of those that say how results are repaired, that the command gives: what they say is said of a new run.
pub(super) fn of_new_run(matches: &ArgMatches) -> impl Iterator<Item = &'static str> {
    REPAIRING
        .into_iter()
        .filter(|option| matches.value_source(option) == Some(ValueSource::CommandLine))
}

/// The node of `--from`.
pub(super) fn from(flow: &FlowSpec, matches: &ArgMatches) -> Result<Option<usize>, String> {
    matches
        .get_one::<String>("from")
        .map(|name| find(flow, "--from", name))
        .transpose()
}

/// The program's runner with the options of `run`.
pub(super) fn runner(call: Call<'_>, flow: &'static FlowSpec) -> Result<Runner, String> {
    let matches = call.matches;
    let mut runner = drive::runner(call, flow)?;
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
    let mut nodes = BTreeSet::new();
    for given in matches.get_many::<String>("given").into_iter().flatten() {
        let (node, value) = result(flow, given)?;
        if !nodes.insert(node) {
            // Which of both is meant nobody knows.
            let name = flow.nodes[node].name;
            return Err(format!("`--given`: node `{name}` is given twice"));
        }
        runner = runner.given_erased(flow, node, value);
    }
    Ok(runner)
}

/// The result in `NODE=FILE`, read as JSON where the file's name says so, else in the format of the node's target.
fn result(flow: &'static FlowSpec, given: &str) -> Result<(usize, Held), String> {
    let (name, file) = given
        .split_once('=')
        .ok_or_else(|| format!("`--given {given}`: write `--given NODE=FILE`"))?;
    let node = find(flow, "--given", name)?;
    if flow.nodes[node].each().is_some() {
        return Err(format!(
            "`--given {given}`: `{name}` is a `for`, and its result is what its children return; give the result of what it goes \
             through, or of what reads it"
        ));
    }
    let spec = &flow.nodes[node];
    let is_json = file
        .rsplit_once('.')
        .is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("json"));
    let by_hand = spec.task.output.by_hand.filter(|_| is_json);
    let codec = by_hand.or_else(|| Some(spec.arms().iter().find_map(NodeSpec::codec)?.for_file(file))).ok_or_else(|| {
        format!("`--given {given}`: the result of `{name}` cannot be read from a file: its task says `checkpoint = false`")
    })?;
    if codec.is_file {
        let output = OutputFile::existing(file);
        let output = output.map_err(|error| format!("`--given`: `{file}` cannot be read: {error}"))?;
        return Ok((node, Arc::new(output)));
    }
    let bytes = fs::read(file).map_err(|error| format!("`--given`: `{file}` cannot be read: {error}"))?;
    let value = codec.decoded(&bytes).map_err(|error| {
        let type_name = (codec.type_name)();
        format!(
            "`--given`: `{file}` does not hold a `{type_name}` ({}): {}",
            codec.name,
            chain(&error)
        )
    })?;
    Ok((node, Arc::from(value)))
}

/// The node with this name.
fn find(flow: &FlowSpec, option: &str, name: &str) -> Result<usize, String> {
    flow.node(name).ok_or_else(|| {
        let advice = match closest(name, flow.nodes.iter().map(|node| node.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "its nodes are shown by `graph`".to_owned(),
        };
        format!(
            "`{option}`: flow `{}` has no node `{name}`; {advice}",
            flow.function
        )
    })
}

/// The nodes in `a,b`.
fn forced<'a>(flow: &FlowSpec, nodes: &'a str) -> Result<Vec<&'a str>, String> {
    let nodes: Vec<&str> = nodes.split(',').map(str::trim).collect();
    if nodes.contains(&"") {
        // `--force=$NODES` with an empty variable must not run everything.
        return Err("`--force=` names no node: write `--force=NODE,...`, or `--force` for all".to_owned());
    }
    let unknown = nodes.iter().filter_map(|node| find(flow, "--force", node).err());
    let errors: Vec<String> = unknown.collect();
    if errors.is_empty() {
        Ok(nodes)
    } else {
        Err(errors.join("\n"))
    }
}
