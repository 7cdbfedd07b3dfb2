//! Reads the attributes of a flow: its options, and what is copied to the items that the macro makes.
//! Values are checked here, each on its own token; no option of a flow depends on another one.

use proc_macro2::{Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, LitStr, Path, Token};

use super::cursor::until_comma;
use crate::errors::Errors;
use crate::suggest;

/// What `#[flow(..)]` takes.
const OPTIONS: [&str; 3] = ["name", "tz", "crate"];

/// What `#[node(..)]` will take; `#[task(..)]` has the same words.
const NODE_OPTIONS: [&str; 13] = [
    "retries",
    "retry_delay",
    "retry_if",
    "backoff",
    "timeout",
    "trigger",
    "target",
    "checkpoint",
    "format",
    "name",
    "version",
    "tags",
    "skip_on_upstream_skip",
];

/// Attributes that mean the same on the generated items as on a function.
const COPIED: [&str; 5] = ["doc", "cfg", "deprecated", "allow", "warn"];

/// The options of one flow.
#[derive(Default)]
pub(super) struct Options {
    pub(super) title: Option<LitStr>,
    pub(super) zone: Option<LitStr>,
    pub(super) krate: Option<Path>,
    /// The options that were given, to find those given twice.
    given: Vec<String>,
}

/// Sorts the attributes of the named form into options and what is copied.
pub(super) fn read_outer(attributes: Vec<Attribute>, errors: &mut Errors) -> (Options, Vec<Attribute>) {
    let mut options = Options::default();
    let mut copied = Vec::new();
    for attribute in attributes {
        if attribute.path().is_ident("flow") {
            options.read(&attribute, &OPTIONS, errors);
        } else if COPIED.iter().any(|name| attribute.path().is_ident(name)) {
            copied.push(attribute);
        } else {
            let name = path_text(attribute.path());
            let message = match suggest::closest(&name, ["flow"]) {
                Some(_) => format!("unknown attribute `{name}`; did you mean `#[flow(..)]`?"),
                None => format!(
                    "`{name}` has no meaning on a flow; a flow takes `#[flow(..)]`, docs, `cfg`, `deprecated`, \
                     `allow` and `warn`"
                ),
            };
            errors.on(attribute.path(), message);
        }
    }
    (options, copied)
}

/// The inner attributes of the bare form, which take only `crate`.
pub(super) fn read_inner(attributes: &[Attribute], errors: &mut Errors) -> Options {
    let mut options = Options::default();
    for attribute in attributes {
        if attribute.path().is_ident("flow") {
            options.read(attribute, &["crate"], errors);
        } else {
            let message = "the bare form takes no inner attribute but `#![flow(crate = path)]`";
            errors.on(attribute.path(), message);
        }
    }
    options
}

/// An attribute before a statement that is no doc.
pub(super) fn refuse_on_statement(attribute: &Attribute, errors: &mut Errors) {
    let name = path_text(attribute.path());
    if attribute.path().is_ident("node") {
        return refuse_node_options(attribute, errors);
    }
    let message = match name.as_str() {
        "cfg" | "cfg_attr" => {
            format!(
                "`{name}` cannot stand on a node, a flow has one shape; put it on the flow or into the task"
            )
        }
        "task" => "options of a node stand in `#[node(..)]`, those of a task on its function".to_owned(),
        "flow" => "options of a flow stand in `#[flow(..)]` before its `fn`".to_owned(),
        _ => match suggest::closest(&name, ["node"]) {
            Some(_) => format!("unknown attribute `{name}`; did you mean `#[node(..)]`?"),
            None => format!("`{name}` has no meaning on a node, which takes docs and `#[node(..)]`"),
        },
    };
    errors.on(attribute.path(), message);
}

fn refuse_node_options(attribute: &Attribute, errors: &mut Errors) {
    let Ok(list) = attribute.meta.require_list() else {
        return errors.on(
            &attribute.meta,
            "expected options; write `#[node(option = value)]`",
        );
    };
    let mut found = false;
    let mut at_start = true;
    for token in list.tokens.clone() {
        if let (true, TokenTree::Ident(option)) = (at_start, &token) {
            found = true;
            let name = option.unraw().to_string();
            let message = if NODE_OPTIONS.contains(&name.as_str()) {
                format!("`{name}` is not supported yet on a node")
            } else {
                match suggest::closest(&name, NODE_OPTIONS) {
                    Some(meant) => format!("unknown option `{name}`; did you mean `{meant}`?"),
                    None => format!("unknown option `{name}` of a node"),
                }
            };
            errors.at(option.span(), message);
        }
        at_start = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',');
    }
    if !found {
        errors.on(
            &attribute.meta,
            "expected options; write `#[node(option = value)]`",
        );
    }
}

impl Options {
    fn read(&mut self, attribute: &Attribute, known: &[&str], errors: &mut Errors) {
        let Ok(list) = attribute.meta.require_list() else {
            let example = if known.len() == 1 {
                "crate = path"
            } else {
                "name = \"..\""
            };
            return errors.on(
                &attribute.meta,
                format!("expected options; write `flow({example})`"),
            );
        };
        let parse = |input: ParseStream<'_>| {
            while !input.is_empty() {
                self.option(input, known, errors);
                if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                    errors.at(input.span(), "expected `,` between two options");
                    until_comma(input);
                    let _ = input.parse::<Token![,]>();
                }
            }
            Ok(())
        };
        if let Err(error) = parse.parse2(list.tokens.clone()) {
            errors.push(error);
        }
    }

    fn option(&mut self, input: ParseStream<'_>, known: &[&str], errors: &mut Errors) {
        let Ok(name) = input.call(Ident::parse_any) else {
            let found = until_comma(input);
            return errors.on(found, format!("expected an option; {}", known_options(known)));
        };
        let word = name.to_string();
        if !known.contains(&word.as_str()) {
            let message = match suggest::closest(&word, known.iter().copied()) {
                Some(meant) => format!("unknown option `{word}`; did you mean `{meant}`?"),
                None if OPTIONS.contains(&word.as_str()) => {
                    format!(
                        "the bare form has no option `{word}`; write the named form, `flow! {{ fn name() {{ .. }} }}`"
                    )
                }
                None => format!("unknown option `{word}`; {}", known_options(known)),
            };
            errors.at(name.span(), message);
            until_comma(input);
            return;
        }
        if self.given.contains(&word) {
            errors.at(name.span(), format!("`{word}` is given twice; keep one"));
            until_comma(input);
            return;
        }
        self.given.push(word.clone());
        let form = if word == "crate" { "path" } else { "\"..\"" };
        if input.parse::<Token![=]>().is_err() {
            errors.at(
                name.span(),
                format!("`{word}` needs a value; write `{word} = {form}`"),
            );
            until_comma(input);
            return;
        }
        if word == "crate" {
            self.krate = value(
                input,
                Path::parse_mod_style,
                &name,
                ("a path", "my_crate::flow_runtime"),
                errors,
            );
            return;
        }
        let Some(text) = value(
            input,
            |input: ParseStream<'_>| input.parse::<LitStr>(),
            &name,
            ("a string", form),
            errors,
        ) else {
            return;
        };
        if !text.suffix().is_empty() {
            errors.on(
                &text,
                format!("expected a string without a suffix; write `{word} = {form}`"),
            );
        } else if word == "name" {
            check_title(&text, errors);
            self.title = Some(text);
        } else {
            check_zone(&text, errors);
            self.zone = Some(text);
        }
    }
}

/// The value after `=`.
fn value<T>(
    input: ParseStream<'_>,
    parser: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
    name: &Ident,
    (expected, example): (&str, &str),
    errors: &mut Errors,
) -> Option<T> {
    let fork = input.fork();
    let value = parser(&fork)
        .ok()
        .filter(|_| fork.is_empty() || fork.peek(Token![,]));
    let found = until_comma(input);
    if value.is_none() {
        if found.is_empty() {
            let message = format!("expected {expected} after `{name} =`; write `{name} = {example}`");
            errors.at(name.span(), message);
        } else {
            let message = format!("expected {expected}, found `{found}`; write `{name} = {example}`");
            errors.on(found, message);
        }
    }
    value
}

fn check_title(title: &LitStr, errors: &mut Errors) {
    let text = title.value();
    if text.trim().is_empty() {
        errors.on(
            title,
            "a flow's name cannot be empty; leave `name` out to use the function's name",
        );
    } else if text.chars().any(char::is_control) {
        errors.on(
            title,
            "a flow's name cannot hold control characters; it is printed in one line",
        );
    }
}

/// Only the form: which zones there are depends on the machine that runs the flow.
fn check_zone(zone: &LitStr, errors: &mut Errors) {
    let text = zone.value();
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "_-+".contains(letter))
    };
    if !text.split('/').all(part) {
        errors.on(
            zone,
            "expected the name of a time zone as `Europe/Berlin` or `UTC`",
        );
    }
}

fn known_options(known: &[&str]) -> String {
    match known {
        [one] => format!("there is `{one}`"),
        all => {
            let all: Vec<String> = all.iter().map(|option| format!("`{option}`")).collect();
            format!("there are {}", all.join(", "))
        }
    }
}

fn path_text(path: &Path) -> String {
    path.segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect::<Vec<_>>()
        .join("::")
}
