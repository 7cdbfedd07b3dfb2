//! The options in `#[task(…)]`, each read by itself, so that one mistake hides no other.
//! Whether they make sense together is checked later.

use std::fmt::Display;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Lit, LitStr, Path, ext::IdentExt as _, parse::Parser as _};

use crate::{errors::Errors, suggest, template::Format};

/// What `#[task]` takes now.
const KNOWN: [&str; 6] = ["target", "name", "checkpoint", "format", "version", "crate"];

/// What it will take.
const LATER: [&str; 11] = [
    "retries",
    "retry_delay",
    "timeout",
    "trigger",
    "backoff",
    "retry_if",
    "skip_on_upstream_skip",
    "on_state",
    "on_failure",
    "tags",
    "on_change",
];

/// A value and the span of the option's name.
pub(super) struct Given<T> {
    pub(super) option: Span,
    pub(super) value: T,
}

impl<T> Given<T> {
    fn new(option: Span, value: T) -> Self {
        Self { option, value }
    }
}

/// The options as far as they could be read.
#[derive(Default)]
pub(super) struct Options {
    pub(super) target: Option<Given<LitStr>>,
    pub(super) name: Option<Given<LitStr>>,
    pub(super) checkpoint: Option<Given<bool>>,
    pub(super) format: Option<Given<Format>>,
    pub(super) version: Option<Given<String>>,
    pub(super) krate: Option<Path>,
    /// Every known option that stands there, readable or not.
    seen: Vec<String>,
}

impl Options {
    /// Whether the option stands there, even with a value that could not be read.
    pub(super) fn mentions(&self, option: &str) -> bool {
        self.seen.iter().any(|seen| seen == option)
    }

    /// Reads the tokens between the parentheses.
    pub(super) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        for tokens in split_at_commas(tokens) {
            if let Err(error) = options.read(tokens) {
                errors.push(error);
            }
        }
        options
    }

    fn read(&mut self, tokens: Vec<TokenTree>) -> syn::Result<()> {
        let mut tokens = tokens.into_iter();
        let name = match tokens.next() {
            Some(TokenTree::Ident(name)) => name,
            Some(other) => return Err(error(other, "expected an option such as `target = \"…\"`")),
            None => return Ok(()),
        };
        let option = name.unraw().to_string();
        if LATER.contains(&option.as_str()) {
            return Err(error(name, format!("`{option}` is not supported yet")));
        }
        if !KNOWN.contains(&option.as_str()) {
            return Err(error(name, unknown(&option)));
        }
        if self.mentions(&option) {
            return Err(error(name, format!("`{option}` is given twice; keep one")));
        }
        self.seen.push(option.clone());
        let needs = format!("`{option}` needs a value; write `{}`", example(&option));
        let value: TokenStream = match tokens.next() {
            Some(TokenTree::Punct(punct)) if punct.as_char() == '=' => tokens.collect(),
            Some(other) => {
                return Err(error(
                    other,
                    format!("expected `=` after `{option}`; write `{}`", example(&option)),
                ));
            }
            None => return Err(error(name, needs)),
        };
        if value.is_empty() {
            return Err(error(name, needs));
        }
        let words: Vec<TokenTree> = value.clone().into_iter().collect();
        if let [TokenTree::Literal(_), next @ TokenTree::Ident(_), ..] = &words[..] {
            return Err(error(next, format!("expected `,` before `{next}`")));
        }
        let span = name.span();
        match option.as_str() {
            "target" => self.target = Some(Given::new(span, string(&option, value)?)),
            "name" => self.name = Some(Given::new(span, string(&option, value)?)),
            "checkpoint" => self.checkpoint = Some(Given::new(span, boolean(value)?)),
            "format" => self.format = Some(Given::new(span, format(value)?)),
            "version" => self.version = Some(Given::new(span, version(value)?)),
            _ => self.krate = Some(path(value)?),
        }
        Ok(())
    }
}

fn error(tokens: impl ToTokens, message: impl Display) -> syn::Error {
    syn::Error::new_spanned(tokens, message)
}

/// The options between commas; a comma within brackets is not one of ours.
fn split_at_commas(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut split = vec![Vec::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => split.push(Vec::new()),
            _ => split.last_mut().expect("it starts with one").push(token),
        }
    }
    split
}

fn unknown(option: &str) -> String {
    if let Some(meant) = suggest::closest(option, KNOWN) {
        return format!("unknown option `{option}`; did you mean `{meant}`?");
    }
    let known = KNOWN.map(|known| format!("`{known}`")).join(", ");
    format!("unknown option `{option}`; `#[task]` takes {known}")
}

/// How an option is written.
fn example(option: &str) -> &'static str {
    match option {
        "target" => "target = \"reports/<task_name>.json\"",
        "name" => "name = \"…\"",
        "checkpoint" => "checkpoint = false",
        "format" => "format = json",
        "version" => "version = \"1\"",
        _ => "crate = ::flow_runtime",
    }
}

/// One literal and nothing after it.
fn literal(value: TokenStream) -> Option<Lit> {
    syn::parse2(value).ok()
}

fn expected(what: &str, option: &str, found: TokenStream) -> syn::Error {
    let message = format!(
        "expected {what}{}; write `{}`",
        but_found(&found),
        example(option)
    );
    error(found, message)
}

/// `, found a string`; nothing where it has no short name.
fn but_found(tokens: &TokenStream) -> String {
    let found = match literal(tokens.clone()) {
        Some(Lit::Str(_)) => "a string",
        Some(Lit::Int(_)) => "an integer",
        Some(Lit::Float(_)) => "a float",
        Some(Lit::Char(_)) => "a character",
        Some(Lit::ByteStr(_) | Lit::CStr(_) | Lit::Byte(_)) => "bytes",
        Some(Lit::Bool(bool)) => return format!(", found `{}`", bool.value),
        _ => match syn::parse2::<Ident>(tokens.clone()) {
            Ok(ident) => return format!(", found `{ident}`"),
            Err(_) => return String::new(),
        },
    };
    format!(", found {found}")
}

fn string(option: &str, value: TokenStream) -> syn::Result<LitStr> {
    match literal(value.clone()) {
        Some(Lit::Str(string)) if string.suffix().is_empty() => Ok(string),
        _ => Err(expected("a string literal", option, value)),
    }
}

fn boolean(value: TokenStream) -> syn::Result<bool> {
    match literal(value.clone()) {
        Some(Lit::Bool(bool)) => Ok(bool.value),
        _ => Err(expected("`true` or `false`", "checkpoint", value)),
    }
}

fn format(value: TokenStream) -> syn::Result<Format> {
    let names = Format::ALL.map(|(_, name, _)| name);
    let listed = names.map(|name| format!("`{name}`")).join(", ");
    if let Some(Lit::Str(string)) = literal(value.clone()) {
        let text = string.value();
        let meant = Format::named(&text)
            .map(|_| text.as_str())
            .or_else(|| suggest::closest(&text, names));
        let message = format!(
            "a format is written without quotes; write `format = {}`",
            meant.unwrap_or("json")
        );
        return Err(error(value, message));
    }
    let Ok(word) = Ident::parse_any.parse2(value.clone()) else {
        let message = format!("expected a format{}; write one of {listed}", but_found(&value));
        return Err(error(value, message));
    };
    let text = word.to_string();
    Format::named(&text).ok_or_else(|| {
        let message = match suggest::closest(&text, names) {
            Some(meant) => format!("unknown format `{text}`; did you mean `{meant}`?"),
            None => format!("unknown format `{text}`; write one of {listed}"),
        };
        error(word, message)
    })
}

fn version(value: TokenStream) -> syn::Result<String> {
    match literal(value.clone()) {
        Some(Lit::Str(string)) if string.suffix().is_empty() => {
            let text = string.value();
            if text.trim().is_empty() {
                return Err(error(
                    string,
                    "a version says what changed; write `version = \"1\"`, or leave it out",
                ));
            }
            Ok(text)
        }
        Some(Lit::Int(integer)) if integer.suffix().is_empty() => Ok(integer.base10_digits().to_owned()),
        _ => Err(expected("a string or an integer", "version", value)),
    }
}

fn path(value: TokenStream) -> syn::Result<Path> {
    if let Some(Lit::Str(string)) = literal(value.clone()) {
        let message = format!(
            "a path is written without quotes; write `crate = {}`",
            string.value()
        );
        return Err(error(value, message));
    }
    Path::parse_mod_style.parse2(value.clone()).map_err(|_| {
        error(
            &value,
            "expected the path of the crate; write `crate = ::flow_runtime`",
        )
    })
}
