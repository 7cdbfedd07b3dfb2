//! Reads the attributes of a flow and of its statements: their options, and what is copied to the items that the macro
//! makes. Values are checked here, each on its own token; no option depends on another one.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, Lit, LitStr, Path, Token};

use super::cursor::until_comma;
use crate::errors::Errors;
use crate::flow::syntax::{Children, NodeOptions, Tolerate};
use crate::options::{Entry, Given, Known, error, format, split_at_commas, value};
use crate::rules;
use crate::suggest;

/// What `#[flow(..)]` takes.
const OPTIONS: [&str; 3] = ["name", "tz", "crate"];

const RULES: [(&str, &str); 9] = rules::EXAMPLES;

/// What `#[node(..)]` takes.
const NODE: Known = Known {
    taker: "`#[node]`",
    options: &[
        RULES[0],
        RULES[1],
        RULES[2],
        RULES[3],
        RULES[4],
        RULES[5],
        RULES[6],
        RULES[7],
        RULES[8],
        ("target", "target = \"reports/<node>.json\""),
        ("format", "format = json"),
        ("key", "key = |item| item.id"),
        ("at_most", "at_most = 32"),
        ("tolerate", "tolerate = \"1%\""),
    ],
    others: &[
        (
            "retry_if",
            "`retry_if` belongs on the task, whose error it judges; write `#[task(retry_if = path::to::function)]`",
        ),
        (
            "name",
            "`name` belongs on the task; a node has the name before its `=`",
        ),
        (
            "checkpoint",
            "`checkpoint` belongs on the task; write `#[task(checkpoint = false)]`",
        ),
        (
            "version",
            "`version` belongs on the task; write `#[task(version = \"1\")]`",
        ),
        (
            "crate",
            "`crate` belongs on the flow; write `#[flow(crate = path)]`",
        ),
        (
            "upstream",
            "`upstream` stands in the call; write `name = task(.., upstream: [a, b]);`",
        ),
        (
            "on_change",
            "`on_change` belongs on the task; write `#[task(on_change = rerun)]`",
        ),
    ],
    foreign: &rules::FOREIGN,
};

/// How an option of a node is written; `None` for what is none.
pub(super) fn node_option(name: &str) -> Option<&'static str> {
    Some(NODE.example(name)).filter(|example| !example.is_empty())
}

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

/// What stands before a statement.
#[derive(Default)]
pub(super) struct Before {
    pub(super) docs: Vec<Attribute>,
    /// `#[node(..)]`.
    pub(super) options: NodeOptions,
    /// Whether one of its options could not be read, which is reported.
    pub(super) options_are_broken: bool,
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

/// Sorts the attributes of a statement into docs and options.
pub(super) fn read_statement(attributes: &[Attribute], errors: &mut Errors) -> Before {
    let mut before = Before::default();
    for attribute in attributes {
        if attribute.path().is_ident("doc") {
            before.docs.push(attribute.clone());
        } else if attribute.path().is_ident("node") {
            before.options_are_broken |= !read_node(attribute, &mut before.options, errors);
        } else {
            refuse_on_statement(attribute, errors);
        }
    }
    before.options.rules.check_node(errors);
    if let Some(format) = &before.options.format
        && !before.options.seen.iter().any(|option| option == "target")
    {
        errors.at(
            format.option,
            "a format says how a node's own target is written, and there is none; add `target = \"…\"`, or write it on the task",
        );
    }
    before
}

/// Reads `#[node(..)]`; `false` if something in it is wrong. Two attributes are as one.
fn read_node(attribute: &Attribute, into: &mut NodeOptions, errors: &mut Errors) -> bool {
    let list = attribute.meta.require_list();
    let options = list.map_or_else(|_| Vec::new(), |list| split_at_commas(list.tokens.clone()));
    if options.iter().all(Vec::is_empty) {
        errors.on(&attribute.meta, "expected options; write `#[node(retries = 3)]`");
        return false;
    }
    let mut sound = true;
    for tokens in options {
        if let Err(error) = into.read(tokens) {
            errors.push(error);
            sound = false;
        }
    }
    sound
}

impl NodeOptions {
    fn read(&mut self, tokens: Vec<TokenTree>) -> syn::Result<()> {
        let Some(entry) = NODE.entry(tokens, &mut self.seen)? else {
            return Ok(());
        };
        let example = NODE.example(&entry.option);
        if self.rules.read(&entry, example)? {
            return Ok(());
        }
        let span = entry.name.span();
        match entry.option.as_str() {
            "target" => self.target = Some(Given::new(span, value::string(entry.value, example)?)),
            "format" => self.format = Some(Given::new(span, format::format(entry.value)?)),
            _ => self.children.read(&entry, example)?,
        }
        Ok(())
    }
}

impl Children {
    fn read(&mut self, entry: &Entry, example: &str) -> syn::Result<()> {
        let (span, value) = (entry.name.span(), entry.value.clone());
        match entry.option.as_str() {
            "key" => self.key = Some(Given::new(span, key(value, example)?)),
            "at_most" => {
                let count = value::count(value.clone(), example)?;
                if count == 0 {
                    return Err(error(
                        value,
                        "with none at a time nothing runs; write `at_most = 1` for one after the other",
                    ));
                }
                self.at_most = Some(Given::new(span, count));
            }
            _ => self.tolerate = Some(Given::new(span, tolerate(value, example)?)),
        }
        Ok(())
    }
}

/// A path or a closure.
fn key(value: TokenStream, example: &str) -> syn::Result<Expr> {
    match syn::parse2(value.clone()) {
        Ok(key @ (Expr::Path(_) | Expr::Closure(_))) => Ok(key),
        _ => Err(value::expected("a function or a closure", example, value)),
    }
}

/// A number of children, or a part of them.
fn tolerate(value: TokenStream, example: &str) -> syn::Result<Tolerate> {
    let Some(Lit::Str(text)) = value::literal(value.clone()) else {
        return Ok(Tolerate::Count(value::count(value, "tolerate = 200")?.into()));
    };
    let written = text.value();
    let part = written
        .trim()
        .strip_suffix('%')
        .and_then(|part| part.trim().parse::<f64>().ok());
    if let Some(part) = part.filter(|part| (0.0..=100.0).contains(part)) {
        return Ok(Tolerate::Share(part / 100.0));
    }
    let message = format!("expected a part of all from \"0%\" to \"100%\", or a number; write `{example}`");
    Err(error(text, message))
}

/// An attribute before a statement that has no meaning there.
fn refuse_on_statement(attribute: &Attribute, errors: &mut Errors) {
    let name = path_text(attribute.path());
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
