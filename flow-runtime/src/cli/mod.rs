//! The command line of a binary of flows: `list`, `run`, `resume`, `slice`, `runs`, `status`, `gc`, `graph`. A face of the
//! runtime: it decides nothing about runs and knows no more than the library's users can.

mod advice;
mod args;
mod beside;
mod drive;
mod interrupt;
mod left;
mod list;
mod params;
mod progress;
mod recorded;
mod report;
mod resources;
mod resume;
mod run;
mod select;
mod slice;
mod terminal;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use clap::ArgMatches;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::drawing;
use crate::registry::{Registration, registered};
use crate::runner::Runner;
use crate::suggest::closest;
use drive::Refused;
use select::{Flows, NO_FLOWS};
use terminal::Terminal;

/// The command line of the flows that this binary has: the whole `main` of a program.
///
/// `list` shows the flows, `run` runs one or goes on with its run, `resume` goes on with a recorded run, `slice` runs a part
/// of one, `runs` and `status` show what is recorded, `gc` what is not needed any more, `graph` draws a flow; `--help`
/// says more. Lists, states, drawings and help go to standard output, what is said along the way to standard error. The
/// exit code is 0 for a run that ended Success, 1 for any other end, 2 where the command is wrong and nothing ran, 10
/// where a budget was spent and something is left, 11 where all that is left waits for somebody, 74 where the state of a slice has reached nobody, 75 where another process drives the run, and 130 or 143 after a
/// signal.
///
/// A flow with resources is run by those commands where each of them names its constructor, `#[resource(path)]`.
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     flow_runtime::main()
/// }
/// ```
pub fn main() -> ExitCode {
    main_with(Runner::new())
}

/// [`main`] whose runs have the options of `runner`: its hooks, readers, limits, its store. Where the command line says the
/// same, as `--store` or `--at-most`, it wins.
///
/// ```no_run
/// use flow_runtime::{NodeInfo, Runner, State};
///
/// fn tell(node: &NodeInfo<'_>, _: &State, new: &State) {
///     if new.kind.is_failed() {
///         eprintln!("somebody look at {}", node.name());
///     }
/// }
///
/// fn main() -> std::process::ExitCode {
///     flow_runtime::main_with(Runner::new().store("/var/lib/nightly").at_most("db", 2).on_state(tell))
/// }
/// ```
pub fn main_with(runner: Runner) -> ExitCode {
    run_with(runner, std::env::args_os())
}

/// [`main`] with a command of the caller's, whose first word is the name of the program.
///
/// The program may go on: SIGINT and SIGTERM do then what they did before. The runtime finds out how the program handles them
/// when a run is driven for the first time: handlers of its own have to be there by then.
///
/// ```
/// let code = flow_runtime::cli::run_from(["mine", "list"]);
/// assert_eq!(format!("{code:?}"), format!("{:?}", std::process::ExitCode::SUCCESS));
/// ```
pub fn run_from<I>(words: I) -> ExitCode
where
    I: IntoIterator<Item: Into<OsString>>,
{
    run_with(Runner::new(), words)
}

/// [`main_with`] with a command of the caller's, whose first word is the name of the program.
///
/// ```
/// # use flow_runtime::{flow, task};
/// use flow_runtime::{Runner, cli};
///
/// # #[task]
/// # fn one() -> u32 { 1 }
/// # flow! { fn counted() -> u32 { a = one(); a } }
/// # fn main() {
/// let code = cli::run_with(Runner::in_memory(), ["mine", "run", "counted"]);
/// assert_eq!(format!("{code:?}"), format!("{:?}", std::process::ExitCode::SUCCESS));
/// # }
/// ```
#[allow(
    clippy::needless_pass_by_value,
    reason = "who gives it is not to write `&Runner::new()`"
)]
pub fn run_with<I>(runner: Runner, words: I) -> ExitCode
where
    I: IntoIterator<Item: Into<OsString>>,
{
    crate::secret::guard_panics();
    let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
    ExitCode::from(command(&registered(), &words, &runner, &Terminal::of_process()).code())
}

/// A command as it was given, and what it is given to.
#[derive(Clone, Copy)]
struct Call<'a> {
    flows: Flows<'a>,
    /// The program's: what the command says else wins.
    runner: &'a Runner,
    matches: &'a ArgMatches,
    /// All of it, for the advice to give it again.
    words: &'a [OsString],
    terminal: &'a Terminal,
}

/// How a command ends, as exit codes say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    Success,
    Unsuccessful,
    WrongUse,
    /// The budget is spent, and something is left.
    CallAgain,
    /// Nothing is left but what waits for somebody: to call again at once is of no use.
    Waits,
    /// The state of a slice has reached nobody; bodies may have run.
    Unpublished,
    /// Another process drives the run.
    Held,
    /// By a signal, with nodes pending.
    Interrupted(u8),
}

impl Exit {
    const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Unsuccessful => 1,
            Self::WrongUse => 2,
            Self::CallAgain => 10,
            Self::Waits => 11,
            // What `sysexits.h` calls an error of input or output.
            Self::Unpublished => 74,
            // What it calls a temporary failure.
            Self::Held => 75,
            Self::Interrupted(code) => code,
        }
    }
}

/// Does what the words say with these flows.
fn command(
    flows: &[&'static Registration],
    words: &[OsString],
    runner: &Runner,
    terminal: &Terminal,
) -> Exit {
    let flows = Flows::new(flows);
    let name = words.first().map(Path::new).and_then(Path::file_stem);
    let program = name.unwrap_or("flow".as_ref()).to_string_lossy();
    if words.len() <= 1 {
        list::overview(&program, flows, terminal);
        return Exit::Success;
    }
    let words = &*with_help_last(words);
    let matches = match parse(&program, flows, words) {
        Ok(matches) => matches,
        Err(error) => return misread(error, flows, words, &program, terminal),
    };
    let call = |matches| Call {
        flows,
        runner,
        matches,
        words,
        terminal,
    };
    let done = match matches.subcommand() {
        Some(("list", _)) => Ok(show_list(flows, terminal)),
        Some(("graph", matches)) => graph(flows, matches, terminal).map_err(Refused::from),
        Some(("run", matches)) => run::run(call(matches)),
        Some(("resume", matches)) => resume::resume(call(matches)),
        Some(("slice", matches)) => slice::slice(call(matches)),
        Some(("runs", matches)) => recorded::runs(call(matches)),
        Some(("status", matches)) => recorded::status(call(matches)),
        Some(("gc", matches)) => recorded::gc(call(matches)),
        _ => {
            list::overview(&program, flows, terminal);
            Ok(Exit::Success)
        }
    };
    done.unwrap_or_else(|refused| match refused {
        Refused::Wrong(error) => wrong(&error, terminal),
        Refused::Held(error) => {
            terminal.err.say_error(&error);
            Exit::Held
        }
    })
}

/// `help run nightly` as `run nightly --help`: what it names is found as for `run`.
fn with_help_last(words: &[OsString]) -> Cow<'_, [OsString]> {
    match words {
        [program, help, named @ ..] if help == args::HELP => {
            let words = [core::slice::from_ref(program), named, &["--help".into()]];
            Cow::Owned(words.concat())
        }
        _ => Cow::Borrowed(words),
    }
}

/// Reads the words by the grammar of the flow that they name. Which word names it, only the grammar tells (it may be
/// the value of an option), so every word that could is tried.
fn parse(program: &str, flows: Flows<'_>, words: &[OsString]) -> Result<ArgMatches, clap::Error> {
    let read = |flow| args::command(program, flows, flow).try_get_matches_from(words);
    if let Some(only) = flows.only() {
        return read(Some(only));
    }
    let mut first_error = None;
    for flow in words.iter().filter_map(|word| flows.find(word.to_str()).ok()) {
        match read(Some(flow)) {
            Ok(matches) if names(flows, &matches, flow) => return Ok(matches),
            Err(error) if error.kind() == ErrorKind::DisplayHelp => return Err(error),
            Err(error) => first_error = first_error.or(Some(error)),
            Ok(_) => {}
        }
    }
    first_error.map_or_else(|| read(None), Err)
}

/// Whether the command names this flow.
fn names(flows: Flows<'_>, matches: &ArgMatches, flow: &'static Registration) -> bool {
    let run = args::OF_A_FLOW
        .iter()
        .find_map(|name| matches.subcommand_matches(name));
    let name = run.and_then(|run| run.get_one::<String>(args::FLOW));
    let named = name.and_then(|name| flows.find(Some(name)).ok());
    named.is_some_and(|named| core::ptr::eq(named, flow))
}

fn wrong(error: &str, terminal: &Terminal) -> Exit {
    terminal.err.say_error(error);
    Exit::WrongUse
}

/// Says what the argument parser has to say: help that was asked for, or what is wrong.
fn misread(
    mut error: clap::Error,
    flows: Flows<'_>,
    words: &[OsString],
    program: &str,
    terminal: &Terminal,
) -> Exit {
    if error.kind() == ErrorKind::DisplayHelp {
        return show(&terminal.out.styled(&error.render()), terminal);
    }
    if flows.is_empty() {
        return wrong(NO_FLOWS, terminal);
    }
    let word = |place: usize| words.get(place).and_then(|word| word.to_str());
    let message = match (error.kind(), word(1)) {
        (ErrorKind::InvalidSubcommand, Some(unknown)) => Some(no_command(unknown, flows, program)),
        // The parameters of a flow are known when the flow is.
        (ErrorKind::UnknownArgument, Some(name))
            if args::OF_A_FLOW.contains(&name) && flows.only().is_none() =>
        {
            flows.find(word(2).filter(|word| !word.starts_with('-'))).err()
        }
        _ => None,
    };
    if let Some(message) = message {
        return wrong(&message, terminal);
    }
    advise_on_hyphens(&mut error, words);
    terminal.err.say(&terminal.err.styled(&error.render()));
    Exit::WrongUse
}

/// The parser advises to write `-- -x`, which names a flow; what was meant as the value of an option, `=` joins to it.
fn advise_on_hyphens(error: &mut clap::Error, words: &[OsString]) {
    let Some(ContextValue::String(unknown)) = error.get(ContextKind::InvalidArg) else {
        return;
    };
    if error.kind() != ErrorKind::UnknownArgument || !unknown.starts_with('-') {
        return;
    }
    // Of `-xyz` the parser names `-x`.
    let pairs = words
        .windows(2)
        .filter_map(|pair| Some((pair[0].to_str()?, pair[1].to_str()?)));
    let is_option = |word: &str| word.starts_with("--") && word.len() > 2 && !word.contains('=');
    let meant = pairs
        .filter(|(option, value)| is_option(option) && value.starts_with(&**unknown))
        .map(|(option, value)| format!("to give '{value}' as a value, write '{option}={value}'"))
        .next();
    error.remove(ContextKind::Suggested);
    if let Some(tip) = meant {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
}

fn no_command(unknown: &str, flows: Flows<'_>, program: &str) -> String {
    let advice = if flows.knows(unknown) {
        format!("did you mean `{program} run {unknown}`?")
    } else if let Some(near) = closest(unknown, args::COMMANDS) {
        format!("did you mean `{near}`?")
    } else {
        let [others @ .., last] = args::COMMANDS.map(|command| format!("`{command}`"));
        format!("the commands are {} and {last}", others.join(", "))
    };
    format!("there is no command `{unknown}`; {advice}")
}

fn show_list(flows: Flows<'_>, terminal: &Terminal) -> Exit {
    if flows.is_empty() {
        terminal.err.say(NO_FLOWS);
        return Exit::Success;
    }
    show(&list::lines(flows).join("\n"), terminal)
}

fn graph(flows: Flows<'_>, matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, String> {
    let flow = flows.find(matches.get_one::<String>(args::FLOW).map(String::as_str))?;
    let drawing = match matches.get_one::<String>("format").map(String::as_str) {
        Some("dot") => drawing::dot(flow.spec),
        _ => drawing::mermaid(flow.spec),
    };
    Ok(show(drawing.trim_end(), terminal))
}

/// Writes what a command was asked for.
fn show(text: &str, terminal: &Terminal) -> Exit {
    match terminal.out.write_line(text) {
        Ok(()) => Exit::Success,
        // `graph | head -1` has had enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Success,
        Err(error) => {
            terminal
                .err
                .say_error(&format!("standard output cannot be written: {error}"));
            Exit::Unsuccessful
        }
    }
}
