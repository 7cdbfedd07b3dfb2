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

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use crate::{errors::Errors, options::format::Written, suggest};

pub(crate) use path::{Compression, Format, without_feature};

use self::scan::Part;

/// What a variable may be besides the built-in ones.
#[derive(Clone, Copy)]
pub(crate) enum Scope<'a> {
    /// In a task's target: one of its arguments, named without `r#`.
    Task(&'a [String]),
    /// In a node's own target: one of these parameters of its flow, or an argument, which only rustc knows.
    Node(&'a [String]),
}

/// What every target may use.
const BUILT_IN: [&str; 9] = [
    "date",
    "task_name",
    "version",
    "args",
    "node",
    "flow_name",
    "run_id",
    "index",
    "key",
];

/// A checked template.
#[derive(Clone)]
pub(crate) struct Template {
    /// The literal, with its span.
    pub(crate) source: LitStr,
    /// Its parts; two texts never stand side by side.
    pub(crate) pieces: Vec<Piece>,
    /// Its variables, each once, and where they first stand.
    pub(crate) variables: Vec<(String, Range<usize>)>,
    /// What its extension stands for, where it is literal and known.
    pub(crate) extension: Option<Format>,
    /// How it is compressed, which its last extension says.
    pub(crate) compression: Option<Compression>,
    /// Of a node's own target: what is wrong with its extension, unless the body of its task writes the file itself, which only
    /// rustc knows.
    pub(crate) extension_fault: Option<String>,
}

impl Template {
    /// Its format is given: bytes are written as they are, whatever they hold; anything else is compressed as the path says.
    pub(crate) fn written(&mut self, format: &Written, errors: &mut Errors) {
        let Some(compression) = self.compression else {
            return;
        };
        if matches!(format, Written::In(Format::Bytes)) {
            self.compression = None;
        } else if let Some(message) = compression.missing() {
            errors.at(self.source.span(), message);
        }
    }

    /// The body writes the file, as it likes: neither extension says anything here.
    pub(crate) fn is_of_body(&mut self) {
        (self.extension, self.compression) = (None, None);
    }

    /// The compression as const data.
    pub(crate) fn compression(&self) -> Option<TokenStream> {
        Some(match self.compression? {
            Compression::Gzip => quote!(__flow::Compression::Gzip),
            Compression::Zstd => quote!(__flow::Compression::Zstd),
        })
    }

    /// The template as const data; `argument` makes the piece of an argument.
    pub(crate) fn constant(&self, argument: impl Fn(&str) -> TokenStream) -> TokenStream {
        let source = self.source.value();
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => quote!(__flow::Piece::Text(#text)),
            Piece::Date(format) => quote!(__flow::Piece::Date(#format)),
            Piece::TaskName => quote!(__flow::Piece::TaskName),
            Piece::Version => quote!(__flow::Piece::Version),
            Piece::Args => quote!(__flow::Piece::Args),
            Piece::Node => quote!(__flow::Piece::Node),
            Piece::FlowName => quote!(__flow::Piece::FlowName),
            Piece::RunId => quote!(__flow::Piece::RunId),
            Piece::ChildIndex => quote!(__flow::Piece::ChildIndex),
            Piece::ChildKey => quote!(__flow::Piece::ChildKey),
            Piece::Argument(name) => argument(name),
        });
        quote!(__flow::Template { source: #source, pieces: &[#(#pieces),*] })
    }

    /// The lines under a message that show one of its variables.
    pub(crate) fn drawing(&self, variable: &Range<usize>) -> String {
        caret::lines(&self.source.value(), variable)
    }
}

/// One part of a template, as the runtime knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    /// With its strftime format.
    Date(String),
    TaskName,
    Version,
    Args,
    Node,
    FlowName,
    RunId,
    ChildIndex,
    ChildKey,
    /// The name of an argument, without `r#`; in a node's own target it may be that of a parameter of the flow.
    Argument(String),
}

/// Something wrong in a template: what, and at which characters.
#[derive(Debug)]
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

/// Parses and checks the target `source`.
///
/// Every fault is reported at the literal with a line that points at the characters. With `format_given` the
/// extension is free.
pub(crate) fn parse(
    source: &LitStr,
    scope: Scope<'_>,
    format_given: bool,
    errors: &mut Errors,
) -> Option<Template> {
    let text = source.value();
    match check(&text, scope, format_given) {
        Ok(checked) => Some(Template {
            source: source.clone(),
            pieces: checked.pieces,
            variables: checked.variables,
            extension: checked.extension,
            compression: checked.compression,
            extension_fault: checked.extension_fault.map(|fault| caret::draw(&text, &fault)),
        }),
        Err(faults) => {
            for fault in faults {
                errors.at(source.span(), caret::draw(&text, &fault));
            }
            None
        }
    }
}

/// Whether the target names one of these resources, which is reported.
pub(crate) fn shows(source: &LitStr, resources: &[String], errors: &mut Errors) -> bool {
    let text = source.value();
    // What cannot be read is reported by `parse`.
    let parts = scan::scan(&text).unwrap_or_default();
    let shown = parts.iter().find_map(|part| match part {
        Part::Variable { name, name_at, .. } if resources.contains(name) => Some((name, name_at.clone())),
        _ => None,
    });
    let Some((name, at)) = shown else {
        return false;
    };
    let fault = Fault::new(
        at,
        format!("`{name}` is a resource, and no path can show it; take the variable out of the target"),
    );
    errors.at(source.span(), caret::draw(&text, &fault));
    true
}

/// What a good source holds.
#[derive(Debug)]
struct Checked {
    pieces: Vec<Piece>,
    variables: Vec<(String, Range<usize>)>,
    extension: Option<Format>,
    compression: Option<Compression>,
    extension_fault: Option<Fault>,
}

fn check(source: &str, scope: Scope<'_>, format_given: bool) -> Result<Checked, Vec<Fault>> {
    let parts = scan::scan(source).map_err(|fault| vec![fault])?;
    let mut faults = Vec::new();
    let mut pieces = Vec::new();
    let mut variables: Vec<(String, Range<usize>)> = Vec::new();
    for part in &parts {
        match piece(part, scope) {
            Ok(piece) => pieces.push(piece),
            Err(fault) => faults.push(fault),
        }
        if let Part::Variable { name, name_at, .. } = part
            && variables.iter().all(|(known, _)| known != name)
        {
            variables.push((name.clone(), name_at.clone()));
        }
    }
    // A path is judged only when its variables are known: one mistake, one error.
    if faults.is_empty() {
        path::check_segments(source, &parts, &mut faults);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let (extension, compression, extension_fault) = match ending(&parts, format_given) {
        Ok((extension, compression)) => (extension, compression, None),
        Err(fault) if matches!(scope, Scope::Node(_)) => (None, None, Some(fault)),
        Err(fault) => return Err(vec![fault]),
    };
    Ok(Checked {
        pieces,
        variables,
        extension,
        compression,
        extension_fault,
    })
}

/// What the end of the path stands for: a format, which may be given otherwise, and how it is compressed.
fn ending(parts: &[Part], format_given: bool) -> Result<(Option<Format>, Option<Compression>), Fault> {
    let compression = path::compression(parts, format_given)?;
    match path::extension(parts) {
        Ok(format) => Ok((Some(format), compression)),
        Err(_) if format_given => Ok((None, compression)),
        Err(fault) => Err(fault),
    }
}

fn piece(part: &Part, scope: Scope<'_>) -> Result<Piece, Fault> {
    let (name, name_at, format) = match part {
        Part::Text(chars) => return Ok(Piece::Text(chars.iter().map(|&(char, _)| char).collect())),
        Part::Variable {
            name,
            name_at,
            format,
            ..
        } => (name.as_str(), name_at.clone(), format.as_ref()),
    };
    let (own, kind) = match scope {
        Scope::Task(arguments) => (arguments, "an argument of this task; rename the argument"),
        Scope::Node(parameters) => (parameters, "a parameter of this flow; rename the parameter"),
    };
    let place = own.iter().position(|own| own == name);
    if place.is_some() && BUILT_IN.contains(&name) {
        return Err(Fault::new(
            name_at,
            format!("`{name}` is both a variable of every target and {kind}"),
        ));
    }
    if let (Some((format, format_at)), false) = (format, name == "date")
        && (place.is_some() || BUILT_IN.contains(&name) || is_open(scope, name))
    {
        let message = if place.is_none() && suggest::closest(name, ["date"]).is_some() {
            format!("only `date` takes a format; write `<date:{format}>`, or `<{name}>`")
        } else {
            format!("`{name}` takes no format, only `date` does; write `<{name}>`")
        };
        return Err(Fault::new(format_at.clone(), message));
    }
    match name {
        "date" => date::piece(format),
        "task_name" => Ok(Piece::TaskName),
        "version" => Ok(Piece::Version),
        "args" => Ok(Piece::Args),
        "node" => Ok(Piece::Node),
        "flow_name" => Ok(Piece::FlowName),
        "run_id" => Ok(Piece::RunId),
        "index" => Ok(Piece::ChildIndex),
        "key" => Ok(Piece::ChildKey),
        _ if place.is_some() || is_open(scope, name) => Ok(Piece::Argument(name.to_owned())),
        _ => Err(Fault::new(name_at, unknown(name, scope))),
    }
}

/// Whether only rustc knows what this variable is: in a node's own target all that an argument can be called.
fn is_open(scope: Scope<'_>, name: &str) -> bool {
    let is_word = |name: &str| name.chars().all(|char| char == '_' || char.is_alphanumeric());
    let is_name = is_word(name) && !name.starts_with(|first: char| first.is_numeric());
    matches!(scope, Scope::Node(_)) && is_name
}

/// Why `name` is no variable, and what could be meant.
fn unknown(name: &str, scope: Scope<'_>) -> String {
    if name.trim().is_empty() {
        return "a variable needs a name, such as `<date>`".to_owned();
    }
    let (Scope::Task(own) | Scope::Node(own)) = scope;
    let known = || BUILT_IN.into_iter().chain(own.iter().map(String::as_str));
    if let Some(meant) = known()
        .find(|known| *known == name.trim())
        .or_else(|| suggest::closest(name, known()))
    {
        return format!("unknown variable `{name}`; did you mean `{meant}`?");
    }
    let built_in = BUILT_IN.map(|name| format!("`{name}`")).join(", ");
    let own = match scope {
        Scope::Task([]) => " (the task has no arguments)".to_owned(),
        Scope::Task(arguments) => {
            let arguments: Vec<_> = arguments.iter().map(|name| format!("`{name}`")).collect();
            format!(" and the task's arguments {}", arguments.join(", "))
        }
        Scope::Node(_) => ", the task's arguments and the flow's parameters".to_owned(),
    };
    format!("unknown variable `{name}`; this target may use {built_in}{own}")
}

#[cfg(test)]
mod node_tests;
#[cfg(test)]
mod tests;
