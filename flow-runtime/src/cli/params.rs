//! A flow's parameters on the command line: each as an option of `run` and `slice`, all by `--param NAME=VALUE`, and what was given
//! read into values. Defaults are the flow's own affair; here they are only shown.

use clap::{Arg, ArgAction, ArgMatches};

use crate::contained::caught_as;
use crate::registry::Given;
use crate::secret::without_secrets;
use crate::spec::{Erased, FlowSpec, ParamSpec};
use crate::suggest::closest;

/// The long names that `run` and `slice` use for themselves. A parameter of such a name has no option of its own.
pub(super) const RESERVED: [&str; 20] = [
    "at-most",
    "date",
    "durability",
    "fail-fast",
    "force",
    "from",
    "given",
    "help",
    "jobs",
    "keep",
    "max-tasks",
    "max-time",
    "new",
    "param",
    "state-in",
    "state-limit",
    "state-out",
    "store",
    "tz",
    "version",
];

/// The option `--param`.
pub(super) const PARAM: &str = "param";

/// The long name of the parameter's option; `None` where only `--param` gives it: its name is an option's, or starts
/// with `_`.
pub(super) fn long(param: &ParamSpec) -> Option<String> {
    let long = param.name.replace('_', "-");
    (!RESERVED.contains(&&*long) && !long.starts_with('-')).then_some(long)
}

/// How to give a parameter: `--day <Date>`.
pub(super) fn usage(param: &ParamSpec) -> String {
    match long(param) {
        Some(long) => format!("--{long} <{}>", param.type_text),
        None => format!("--param {}=<{}>", param.name, param.type_text),
    }
}

/// The parameters that must be given, as a usage line shows them, each after a space.
pub(super) fn required_usage(flow: &FlowSpec) -> String {
    let required = flow.params.iter().filter(|param| param.default.is_none());
    required
        .flat_map(|param| [" ".to_owned(), usage(param)])
        .collect()
}

/// An option for each parameter that can have one.
pub(super) fn options(flow: &'static FlowSpec) -> impl Iterator<Item = Arg> {
    flow.params.iter().filter_map(|param| {
        let long = long(param)?;
        let mut arg = Arg::new(id(param))
            .long(long)
            .value_name(param.type_text)
            .help(help(param))
            .help_heading("Parameters")
            .allow_negative_numbers(true);
        if param.type_text == "bool" {
            arg = arg.num_args(0..=1).default_missing_value("true");
        }
        Some(arg)
    })
}

/// The option that gives any parameter.
pub(super) fn param_option() -> Arg {
    Arg::new(PARAM)
        .long(PARAM)
        .value_name("NAME=VALUE")
        .help("Gives any parameter, also one whose name is an option's")
        .action(ArgAction::Append)
}

/// The help on how values are written; nothing where there are none.
pub(super) fn values_help(flow: &FlowSpec) -> Option<&'static str> {
    let help = "A value is read as its type reads text, else as JSON: '\"text\"', '[1, 2]', null.";
    (!flow.params.is_empty()).then_some(help)
}

/// The help of the parameters that have no option of their own.
pub(super) fn by_param_only(flow: &FlowSpec) -> Option<String> {
    let taken = flow.params.iter().filter(|param| long(param).is_none());
    let lines: Vec<String> = taken
        .map(|param| format!("  {}  {}", usage(param), help(param)))
        .collect();
    (!lines.is_empty()).then(|| {
        let lines = lines.join("\n");
        format!("Parameters given by --param only:\n{lines}")
    })
}

/// Whether the command gives a parameter.
pub(super) fn are_given(flow: &'static FlowSpec, matches: &ArgMatches) -> bool {
    matches.contains_id(PARAM)
        || flow
            .params
            .iter()
            .any(|param| by_option(param, matches).is_some())
}

/// Reads a flow's parameters.
///
/// # Errors
///
/// Everything that is wrong with them, a line each: unknown names, values that do not parse, and what is missing.
pub(super) fn read(flow: &'static FlowSpec, matches: &ArgMatches) -> Result<Given, String> {
    let mut errors = Vec::new();
    let mut texts: Vec<Option<Text<'_>>> = flow
        .params
        .iter()
        .map(|param| by_option(param, matches))
        .collect();
    for pair in matches.get_many::<String>(PARAM).into_iter().flatten() {
        match by_pair(flow, pair) {
            Ok((place, text)) => match &texts[place] {
                None => texts[place] = Some(text),
                Some(first) => errors.push(format!(
                    "`{}` is given twice, by `{}` and by `{}`",
                    flow.params[place].name, first.option, text.option
                )),
            },
            Err(error) => errors.push(error),
        }
    }
    let mut values: Vec<Option<Erased>> = Vec::new();
    let mut missing = Vec::new();
    for (param, text) in flow.params.iter().zip(texts) {
        if text.is_none() && param.default.is_none() {
            missing.push(param);
        }
        let value = text.and_then(|text| match parse(param, text.value) {
            Ok(value) => Some(value),
            Err(error) => {
                errors.push(unreadable(param, &text, &error));
                None
            }
        });
        values.push(value);
    }
    if !missing.is_empty() {
        errors.push(absent(flow, &missing));
    }
    if errors.is_empty() {
        Ok(Given::new(values))
    } else {
        Err(errors.join("\n"))
    }
}

/// Reads a value; how its type does that is the author's code, and may panic.
fn parse(param: &ParamSpec, text: &str) -> Result<Erased, String> {
    caught_as("reading it", |panic| panic, || (param.parse)(text))
}

/// The text of a parameter, and the option that gave it.
struct Text<'args> {
    option: String,
    value: &'args str,
}

fn by_option<'args>(param: &ParamSpec, matches: &'args ArgMatches) -> Option<Text<'args>> {
    let option = format!("--{}", long(param)?);
    // The flow that a state names, and the command does not, has no options.
    let value = matches.try_get_one::<String>(&id(param)).ok()??;
    Some(Text { option, value })
}

/// `NAME=VALUE`, the name written with `_` or `-`.
fn by_pair<'args>(flow: &FlowSpec, pair: &'args str) -> Result<(usize, Text<'args>), String> {
    let Some((name, value)) = pair.split_once('=') else {
        return Err(format!(
            "`--param {pair}` has no value: write `--param NAME=VALUE`"
        ));
    };
    let option = format!("--param {name}");
    let name = name.replace('-', "_");
    if let Some(place) = flow.params.iter().position(|param| param.name == name) {
        return Ok((place, Text { option, value }));
    }
    if let Some(resource) = flow.resources.iter().find(|resource| resource.name == name) {
        let maker = resource
            .constructor
            .map_or("nothing", |constructor| constructor.path);
        return Err(format!(
            "`{name}` is a resource of flow `{}`, which `{maker}` makes; it cannot be given",
            flow.function
        ));
    }
    let names: Vec<&str> = flow.params.iter().map(|param| param.name).collect();
    let advice = match closest(&name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => "it has none".to_owned(),
        None => format!("it has `{}`", names.join("`, `")),
    };
    Err(format!(
        "flow `{}` has no parameter `{name}`; {advice}",
        flow.function
    ))
}

fn unreadable(param: &ParamSpec, text: &Text<'_>, error: &str) -> String {
    // It may be the secret itself.
    let value = if is_secret(param) {
        "this".to_owned()
    } else {
        format!("`{}`", text.value)
    };
    // Also of a type whose name does not say that it is one.
    without_secrets(format!(
        "`{}`: {value} is not a `{}`: {error}",
        text.option, param.type_text
    ))
}

/// Whether its type says that there is a secret in it.
fn is_secret(param: &ParamSpec) -> bool {
    param.type_text.contains("Secret")
}

fn absent(flow: &FlowSpec, missing: &[&ParamSpec]) -> String {
    let width = missing.iter().map(|param| usage(param).chars().count()).max();
    let mut text = format!("flow `{}` needs", flow.function);
    for param in missing {
        let docs = param.docs.lines().next().unwrap_or_default();
        let line = format!("{:width$}  {docs}", usage(param), width = width.unwrap_or(0));
        text.push_str("\n  ");
        text.push_str(line.trim_end());
    }
    text
}

fn help(param: &ParamSpec) -> String {
    let note = match param.default {
        Some(_) if is_secret(param) => "[default: the program's]".to_owned(),
        // What makes a literal a `String` says nothing to who reads help.
        Some(default) => format!("[default: {}]", default.trim_end_matches(".to_owned()")),
        None => "(required)".to_owned(),
    };
    if param.docs.is_empty() {
        note
    } else {
        format!("{} {note}", param.docs)
    }
}

/// Apart from the ids of options.
fn id(param: &ParamSpec) -> String {
    format!("parameter {}", param.name)
}
