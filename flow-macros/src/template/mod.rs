//! Target templates: `reports/<day>/<task_name>.json` is parsed and checked here, at compile time.
//! What a variable's value may be and where the file lies is decided at run time, not here.
//!
//! * A variable is `<name>` or `{name}`; `<date>` alone takes a format, `<date:%Y-%m-%d>`, which is also what it
//!   means without one. jiff decides which directives exist. A format may render a `/` (`%D`, `%Y/%m`): it then
//!   makes directories.
//! * A literal `<`, `>`, `{` or `}` is written twice.
//! * A template is a relative path of plain segments. Its extension picks the format, so it must be literal
//!   text unless `format =` is given.

mod caret;
mod date;
mod path;
mod scan;

use std::ops::Range;

use syn::LitStr;

use crate::{errors::Errors, suggest};

pub(crate) use path::Format;

use self::scan::Part;

/// What every target may use besides its task's arguments.
const BUILT_IN: [&str; 5] = ["date", "task_name", "node", "flow_name", "run_id"];

/// Variables that have their meaning already, but no value yet.
const LATER: [&str; 4] = ["index", "key", "args", "version"];

/// A checked template.
#[derive(Clone)]
pub(crate) struct Template {
    /// The literal, with its span.
    pub(crate) source: LitStr,
    /// Its parts; two texts never stand side by side.
    pub(crate) pieces: Vec<Piece>,
    /// What its extension stands for, where it is literal and known.
    pub(crate) extension: Option<Format>,
}

/// One part of a template, as the runtime knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    /// With its strftime format.
    Date(String),
    TaskName,
    Node,
    FlowName,
    RunId,
    /// The name of an argument, without `r#`.
    Argument(String),
}

/// Something wrong in a template: what, and at which characters.
struct Fault {
    at: Range<usize>,
    message: String,
}

impl Fault {
    fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
        }
    }
}

/// Parses and checks the target `source` of a task with these arguments (named without `r#`).
///
/// Every fault is reported at the literal with a line that points at the characters. With `format_given` the
/// extension is free.
pub(crate) fn parse(
    source: &LitStr,
    arguments: &[String],
    format_given: bool,
    errors: &mut Errors,
) -> Option<Template> {
    let text = source.value();
    match check(&text, arguments, format_given) {
        Ok((pieces, extension)) => Some(Template {
            source: source.clone(),
            pieces,
            extension,
        }),
        Err(faults) => {
            for fault in faults {
                errors.at(source.span(), caret::draw(&text, &fault));
            }
            None
        }
    }
}

fn check(
    source: &str,
    arguments: &[String],
    format_given: bool,
) -> Result<(Vec<Piece>, Option<Format>), Vec<Fault>> {
    let parts = scan::scan(source).map_err(|fault| vec![fault])?;
    let mut faults = Vec::new();
    let mut pieces = Vec::new();
    for part in &parts {
        match piece(part, arguments) {
            Ok(piece) => pieces.push(piece),
            Err(fault) => faults.push(fault),
        }
    }
    // A path is judged only when its variables are known: one mistake, one error.
    if faults.is_empty() {
        path::check_segments(source, &parts, &mut faults);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    match path::extension(&parts) {
        Ok(format) => Ok((pieces, Some(format))),
        Err(_) if format_given => Ok((pieces, None)),
        Err(fault) => Err(vec![fault]),
    }
}

fn piece(part: &Part, arguments: &[String]) -> Result<Piece, Fault> {
    let (name, name_at, format) = match part {
        Part::Text(chars) => return Ok(Piece::Text(chars.iter().map(|&(char, _)| char).collect())),
        Part::Variable {
            name,
            name_at,
            format,
            ..
        } => (name.as_str(), name_at.clone(), format.as_ref()),
    };
    let is_argument = arguments.iter().any(|argument| argument == name);
    if is_argument && (BUILT_IN.contains(&name) || LATER.contains(&name)) {
        return Err(Fault::new(
            name_at,
            format!(
                "`{name}` is both a variable of every target and an argument of this task; rename the argument"
            ),
        ));
    }
    if let (Some((_, format_at)), false) = (format, name == "date")
        && (is_argument || BUILT_IN.contains(&name))
    {
        return Err(Fault::new(
            format_at.clone(),
            format!("`{name}` takes no format, only `date` does; write `<{name}>`"),
        ));
    }
    match name {
        "date" => date::piece(format),
        "task_name" => Ok(Piece::TaskName),
        "node" => Ok(Piece::Node),
        "flow_name" => Ok(Piece::FlowName),
        "run_id" => Ok(Piece::RunId),
        _ if is_argument => Ok(Piece::Argument(name.to_owned())),
        _ => Err(Fault::new(name_at, unknown(name, arguments))),
    }
}

/// Why `name` is no variable, and what could be meant.
fn unknown(name: &str, arguments: &[String]) -> String {
    if LATER.contains(&name) {
        return format!("the variable `{name}` is not available yet");
    }
    if name.trim().is_empty() {
        return "a variable needs a name, such as `<date>`".to_owned();
    }
    let known = || BUILT_IN.into_iter().chain(arguments.iter().map(String::as_str));
    if let Some(meant) = known()
        .find(|known| *known == name.trim())
        .or_else(|| suggest::closest(name, known()))
    {
        return format!("unknown variable `{name}`; did you mean `{meant}`?");
    }
    let built_in = BUILT_IN.map(|name| format!("`{name}`")).join(", ");
    if arguments.is_empty() {
        return format!(
            "unknown variable `{name}`; this target may use {built_in} (the task has no arguments)"
        );
    }
    let own = arguments
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    format!("unknown variable `{name}`; this target may use {built_in} and the task's arguments {own}")
}

#[cfg(test)]
mod tests;
