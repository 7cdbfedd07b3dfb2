//! `slice`: a state in, a part of a run, a state out.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use serde_json::Value;

use super::advice::Advice;
use super::args::FLOW;
use super::drive::{self, Driven, Refused};
use super::select::Flows;
use super::terminal::{Stream, Terminal};
use super::{Call, Exit, params, resources, run};
use crate::budget::Budget;
use crate::failure::chain;
use crate::registry::{Given, Registration};
use crate::runner::{Begin, Drive};
use crate::spec::FlowSpec;
use crate::state::{RunState, StateError, StateType, fit_published, parameters};

/// What stands in a bare list for a node.
const ENTRY: &str = r#"one such as `{"task": {"slug": "t1"}, "state": {"type": "Success", "message": ""}}`"#;

/// What helps where a state is longer than it may be, and nothing else does.
const RAISE_THE_LIMIT: &str = "raise the limit (`--state-limit`)";

/// Runs a slice. What it comes to is the only thing on standard output, whatever bodies print.
///
/// # Errors
///
/// What is wrong with the command or its state; nothing ran.
pub(super) fn slice(call: Call<'_>) -> Result<Exit, Refused> {
    let Call {
        matches, terminal, ..
    } = call;
    let limit = matches.get_one::<usize>("state-limit").copied();
    let limit = limit.unwrap_or_else(|| call.runner.limit_of_states());
    let out = Output::new(
        matches.get_one::<String>("state-out").map_or("-", String::as_str),
        terminal,
    )?;
    let state = read(
        matches.get_one::<String>("state-in").map_or("-", String::as_str),
        limit,
    )?;
    let named = matches.get_one::<String>(FLOW).map(String::as_str);
    let flow = find(call.flows, named, state.as_ref())?;
    check_options(state.as_ref(), flow.spec, matches)?;
    resources::check(flow.spec)?;
    let mut how = Drive::slice(drive::budget(matches).unwrap_or(Budget::UNLIMITED));
    if let Some(node) = run::from(flow.spec, matches)? {
        how.begin = Begin::From(node);
    }
    let runner = run::runner(call, flow.spec)?.state_limit(limit);
    let (mut given, from) = match state {
        None => (params::read(flow.spec, matches)?, None),
        Some(state) => {
            let fitted = fit_published(state, flow.spec).map_err(|error| unusable(&error))?;
            let given = match &fitted.head {
                Some(head) => {
                    let values = parameters(Some(head), flow.spec).map_err(|error| unusable(&error))?;
                    Given::new(values)
                }
                None => params::read(flow.spec, matches)?,
            };
            (given, Some(fitted))
        }
    };
    let advice = Advice::of_slice(call, from.is_some());
    out.check()?;
    let ready = drive::build(flow, &mut given, &runner)?;
    let driven = drive::drive(ready, runner, &how, from, &advice, terminal)?;
    let exit = driven.conclude(flow.spec, None, terminal);
    let lost = |why: &str, more: Option<&str>| {
        let on = on_without_state(call, &driven, &advice);
        let to_go_on = more.map_or_else(|| on.clone(), |more| format!("{on}; {more}"));
        terminal.err.say_error(&format!(
            "the state of run {} cannot be {why}\n  to go on: {to_go_on}",
            driven.run.id(),
        ));
        // Bodies may have run: it is no wrong use any more. How the run stands, nobody will hear by the state.
        Exit::Unpublished
    };
    let published = match driven.run.publish(limit) {
        Ok(published) => published,
        Err(error) => {
            let advice = match error {
                // What can leave the state has left it.
                StateError::NoRoom { .. } if drive::at_store(call).has_store() => RAISE_THE_LIMIT,
                _ => error.advice(),
            };
            return Ok(lost(&format!("published: {}", chain(&error)), Some(advice)));
        }
    };
    match out.write(&published.to_json()) {
        Ok(()) => Ok(exit),
        Err(error) => Ok(lost(&format!("written: {error}"), None)),
    }
}

/// How a run goes on whose state has reached nobody.
fn on_without_state(call: Call<'_>, driven: &Driven, advice: &Advice) -> String {
    let id = driven.run.id().as_str();
    let runs = drive::at_store(call).runs();
    if runs.is_some_and(|runs| runs.read(id).is_ok()) {
        return advice.without_state(id, driven.run.state().kind == StateType::Pending);
    }
    advice.again()
}

/// Refuses what would say of the run of the state what that has said itself when it began. A bare list has said nothing but how
/// far its nodes are: of a run, it has neither parameters nor a time.
fn check_options(
    state: Option<&RunState>,
    flow: &'static FlowSpec,
    matches: &ArgMatches,
) -> Result<(), String> {
    let Some(state) = state else { return Ok(()) };
    let repairing = run::of_new_run(matches).map(|option| format!("`--{option}`"));
    let mut wrong: Vec<String> = repairing.collect();
    if state.head.is_some() {
        let of_time = ["date", "tz"].into_iter();
        wrong.extend(
            of_time
                .filter(|option| matches.contains_id(option))
                .map(|option| format!("`--{option}`")),
        );
        if params::are_given(flow, matches) {
            wrong.insert(0, "parameters".to_owned());
        }
    }
    let (verb, them) = match &*wrong {
        [] => return Ok(()),
        [one] if one.starts_with('`') => ("belongs", "it"),
        _ => ("belong", "them"),
    };
    let subject = wrong.join(", ");
    Err(format!(
        "{subject} {verb} to a new run: a state has its own; leave {them} out, or give no state"
    ))
}

/// The flow that is named, or that the state is one of.
fn find(
    flows: Flows<'_>,
    named: Option<&str>,
    state: Option<&RunState>,
) -> Result<&'static Registration, String> {
    match (named, state.and_then(RunState::flow)) {
        (None, Some(of_state)) => flows.find(Some(of_state)),
        _ => flows.find(named),
    }
}

fn unusable(error: &StateError) -> String {
    let mut text = chain(error);
    text.push_str("\n  to go on: ");
    text.push_str(error.advice());
    text
}

/// Reads a state; `None` where there is nothing.
fn read(file: &str, limit: usize) -> Result<Option<RunState>, String> {
    let unreadable = |error: io::Error| match file {
        "-" => format!("standard input cannot be read: {error}"),
        file => format!("`{file}` cannot be read: {error}"),
    };
    // One byte more than allowed is enough to know.
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    match file {
        "-" => io::stdin().lock().take(most).read_to_end(&mut bytes),
        file => fs::File::open(file).and_then(|file| file.take(most).read_to_end(&mut bytes)),
    }
    .map_err(unreadable)?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    if bytes.len() > limit {
        return Err(format!(
            "the run state has more than the {limit} bytes that it may have\n  to go on: raise the limit \
             (`--state-limit`), or look who made such a state"
        ));
    }
    let state = RunState::from_json_within(&bytes, limit).map_err(|error| match error {
        StateError::Shape { what } => format!(
            "the input is no run state: {}\n  to go on: {}",
            no_state(&bytes).unwrap_or_else(|| without_types(&what)),
            StateError::Shape { what }.advice()
        ),
        error => unusable(&error),
    })?;
    Ok(Some(state))
}

/// What the JSON is that is not even the outside of a state; `None` for one that is wrong further in.
fn no_state(json: &[u8]) -> Option<String> {
    let kind = |value: &Value| match value {
        Value::Null => Some("null"),
        Value::Bool(_) => Some("true or false"),
        Value::Number(_) => Some("a number"),
        Value::String(_) => Some("a text"),
        Value::Array(_) => Some("a list"),
        Value::Object(_) => None,
    };
    match serde_json::from_slice(json).ok()? {
        Value::Array(list) => list.iter().enumerate().find_map(|(place, entry)| {
            Some(format!(
                "entry {} of the list is {}, and not {ENTRY}",
                place + 1,
                kind(entry)?
            ))
        }),
        value => Some(format!(
            "it is {}, and not the JSON that `slice` writes",
            kind(&value)?
        )),
    }
}

/// A message of the JSON reader without the names that types have in here.
fn without_types(what: &str) -> String {
    let mut parts = what.split("struct Raw");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("an object");
        text.push_str(part.trim_start_matches(char::is_alphanumeric));
    }
    text
}

/// Where the state goes.
enum Output {
    Stream(Stream),
    File(String),
}

impl Output {
    /// From here on what bodies print on standard output goes to standard error, where that is the place.
    fn new(file: &str, terminal: &Terminal) -> Result<Self, String> {
        if file != "-" {
            return Ok(Self::File(file.to_owned()));
        }
        let stream = terminal.take_out();
        let stream = stream.map_err(|error| format!("standard output cannot be had: {error}"))?;
        stream.map(Self::Stream).ok_or_else(|| {
            "standard output is closed, and nobody would get the state: write it to a file (`--state-out FILE`; \
             `--state-out /dev/null` where nobody wants it)"
                .to_owned()
        })
    }

    /// Finds out whether the state can be written there, while nothing has run yet.
    fn check(&self) -> Result<(), String> {
        match self {
            Self::Stream(_) => Ok(()),
            Self::File(file) => is_writable(Path::new(file))
                .map_err(|error| format!("`--state-out`: `{file}` cannot be written: {error}")),
        }
    }

    fn write(&self, json: &str) -> io::Result<()> {
        match self {
            Self::Stream(stream) => stream.write_line(json),
            Self::File(file) => replace(Path::new(file), json),
        }
    }
}

/// Whether `replace` could write there.
fn is_writable(file: &Path) -> io::Result<()> {
    match fs::metadata(file) {
        Ok(found) if found.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        // To open a pipe is to wait for its reader.
        Ok(found) if !found.is_file() => Ok(rustix::fs::access(file, rustix::fs::Access::WRITE_OK)?),
        _ => {
            let (_, beside) = places(file)?;
            fs::File::create(&beside)?;
            fs::remove_file(&beside)
        }
    }
}

/// Where a file really lies, and the one beside that is written first.
fn places(file: &Path) -> io::Result<(PathBuf, PathBuf)> {
    let file = match fs::metadata(file) {
        Ok(_) => fs::canonicalize(file)?,
        Err(_) => file.to_owned(),
    };
    let name = file.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let mut name = name.to_owned();
    name.push(format!(".{}.unfinished", std::process::id()));
    let beside = file.with_file_name(name);
    Ok((file, beside))
}

/// Writes a file beside and renames it: who reads it finds the old state or the new one. What is no file, as a pipe or a
/// device, is written as it is; a link stays one.
fn replace(file: &Path, json: &str) -> io::Result<()> {
    let write = |mut to: fs::File| {
        to.write_all(json.as_bytes())?;
        to.write_all(b"\n")
    };
    if fs::metadata(file).is_ok_and(|found| !found.is_file()) {
        return write(fs::File::options().write(true).open(file)?);
    }
    let (file, beside) = places(file)?;
    let written = fs::File::create(&beside).and_then(|to| {
        write(to)?;
        fs::rename(&beside, &file)
    });
    written.inspect_err(|_| {
        let _ = fs::remove_file(&beside);
    })
}
