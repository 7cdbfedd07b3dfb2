//! The options in `#[task(…)]`, each read by itself, so that one mistake hides no other.
//! Whether they make sense together is checked later.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Ident, Lit, LitStr, Path};

use crate::errors::Errors;
use crate::options::format::{self, Written};
use crate::options::{Entry, Given, Known, error, split_at_commas, value};
use crate::rules::{self, Rules};

const RULES: [(&str, &str); 9] = rules::EXAMPLES;

/// What `#[task]` takes.
const KNOWN: Known = Known {
    taker: "`#[task]`",
    options: &[
        ("target", "target = \"reports/<task_name>.json\""),
        ("name", "name = \"…\""),
        ("checkpoint", "checkpoint = false"),
        ("format", "format = json"),
        ("version", "version = \"1\""),
        ("on_change", "on_change = rerun"),
        ("crate", "crate = ::flow_runtime"),
        RULES[0],
        RULES[1],
        RULES[2],
        ("retry_if", "retry_if = path::to::function"),
        RULES[3],
        RULES[4],
        RULES[5],
        RULES[6],
        RULES[7],
        RULES[8],
    ],
    others: &[(
        "upstream",
        "`upstream` stands in the call; write `name = task(.., upstream: [a, b]);`",
    )],
    foreign: &rules::FOREIGN,
};

/// The options as far as they could be read.
#[derive(Default)]
pub(super) struct Options {
    pub(super) target: Option<Given<LitStr>>,
    pub(super) name: Option<Given<LitStr>>,
    pub(super) checkpoint: Option<Given<bool>>,
    pub(super) format: Option<Given<Written>>,
    pub(super) version: Option<Given<String>>,
    pub(super) on_change: Option<Given<OnChange>>,
    pub(super) krate: Option<Path>,
    pub(super) rules: Rules,
    pub(super) retry_if: Option<Given<Path>>,
    /// Every known option that stands there, readable or not.
    pub(super) seen: Vec<String>,
    /// Whether one stands there that is not known.
    has_unknown: bool,
}

impl Options {
    /// The path of the runtime crate.
    pub(super) fn krate(&self) -> TokenStream {
        self.krate
            .as_ref()
            .map_or_else(|| quote!(::flow_runtime), ToTokens::to_token_stream)
    }

    /// Whether the option stands there, even with a value that could not be read.
    pub(super) fn mentions(&self, option: &str) -> bool {
        self.seen.iter().any(|seen| seen == option)
    }

    /// Whether what its nodes are to know of their upstream cannot be told, as the option that may say it could not be
    /// read.
    pub(super) fn hides_guards(&self) -> bool {
        self.has_unknown
            || self.mentions("trigger") && self.rules.trigger.is_none()
            || self.mentions("skip_on_upstream_skip") && self.rules.skip_on_upstream_skip.is_none()
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
        let entry = match KNOWN.entry(tokens, &mut self.seen) {
            Ok(Some(entry)) => entry,
            Ok(None) => return Ok(()),
            Err(error) => {
                self.has_unknown = true;
                return Err(error);
            }
        };
        let example = KNOWN.example(&entry.option);
        if self.rules.read(&entry, example)? {
            return Ok(());
        }
        let Entry { name, option, value } = entry;
        let span = name.span();
        match option.as_str() {
            "target" => self.target = Some(Given::new(span, value::string(value, example)?)),
            "name" => self.name = Some(Given::new(span, value::string(value, example)?)),
            "checkpoint" => self.checkpoint = Some(Given::new(span, value::boolean(value, example)?)),
            "format" => self.format = Some(Given::new(span, format::format(value)?.0)),
            "version" => self.version = Some(Given::new(span, version(value, example)?)),
            "on_change" => self.on_change = Some(Given::new(span, on_change(value, example)?)),
            "retry_if" => {
                let what = "the path of a function `fn(&E) -> bool`";
                self.retry_if = Some(Given::new(span, value::path(value, what, example)?));
            }
            _ => self.krate = Some(value::path(value, "the path of the crate", example)?),
        }
        Ok(())
    }
}

/// What an edited body means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OnChange {
    Reuse,
    Rerun,
}

fn on_change(value: TokenStream, example: &str) -> syn::Result<OnChange> {
    let word = syn::parse2::<Ident>(value.clone());
    match word.map(|word| word.to_string()).as_deref() {
        Ok("reuse") => Ok(OnChange::Reuse),
        Ok("rerun") => Ok(OnChange::Rerun),
        _ => Err(value::expected("`reuse` or `rerun`", example, value)),
    }
}

fn version(value: TokenStream, example: &str) -> syn::Result<String> {
    match value::literal(value.clone()) {
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
        _ => Err(value::expected("a string or an integer", example, value)),
    }
}
