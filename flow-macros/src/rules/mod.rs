//! The rules of a run as options: what `#[task(…)]` and `#[node(…)]` both take, read once and expanded once.

mod expand;
#[cfg(test)]
mod tests;

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use syn::{LitStr, Path};

use crate::errors::Errors;
use crate::options::{Entry, Given, Known, error, split_at_commas, value};
use crate::suggest;

/// How each rule is written.
pub(crate) const EXAMPLES: [(&str, &str); 9] = [
    ("retries", "retries = 3"),
    ("retry_delay", "retry_delay = \"10s\""),
    ("backoff", "backoff(factor = 2, max = \"10m\", jitter = 0.1)"),
    ("timeout", "timeout = \"5m\""),
    ("trigger", "trigger = all_finished"),
    ("skip_on_upstream_skip", "skip_on_upstream_skip = false"),
    ("tags", "tags = [\"db\"]"),
    ("on_state", "on_state = path::to::hook"),
    ("on_failure", "on_failure = path::to::hook"),
];

/// What `backoff` takes.
const BACKOFF: Known = Known {
    taker: "`backoff`",
    options: &[
        ("factor", "factor = 2"),
        ("max", "max = \"10m\""),
        ("jitter", "jitter = 0.1"),
    ],
    others: &[],
};

/// The rules that are given.
#[derive(Default)]
pub(crate) struct Rules {
    pub(crate) retries: Option<Given<u32>>,
    pub(crate) retry_delay: Option<Given<Duration>>,
    pub(crate) backoff: Option<Given<Backoff>>,
    pub(crate) timeout: Option<Given<Duration>>,
    pub(crate) trigger: Option<Given<Trigger>>,
    pub(crate) skip_on_upstream_skip: Option<Given<bool>>,
    pub(crate) tags: Option<Given<Vec<LitStr>>>,
    pub(crate) on_state: Option<Given<Path>>,
    pub(crate) on_failure: Option<Given<Path>>,
}

/// How the delay before a retry grows.
pub(crate) struct Backoff {
    pub(crate) factor: f64,
    pub(crate) max: Option<Duration>,
    pub(crate) jitter: f64,
}

/// A rule over the states of the upstream.
pub(crate) enum Trigger {
    BuiltIn(BuiltIn),
    /// A function of the author's.
    Custom(Path),
}

/// A trigger by name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum BuiltIn {
    AllSuccessful,
    AllFailed,
    AnySuccessful,
    AnyFailed,
    AllFinished,
    NotAllSkipped,
}

impl BuiltIn {
    const ALL: [(&'static str, Self); 6] = [
        ("all_successful", Self::AllSuccessful),
        ("all_failed", Self::AllFailed),
        ("any_successful", Self::AnySuccessful),
        ("any_failed", Self::AnyFailed),
        ("all_finished", Self::AllFinished),
        ("not_all_skipped", Self::NotAllSkipped),
    ];
}

impl Rules {
    /// Reads one option; `false` if it is no rule.
    pub(crate) fn read(&mut self, entry: &Entry, example: &str) -> syn::Result<bool> {
        let span = entry.name.span();
        let given = || entry.value.clone();
        match entry.option.as_str() {
            "retries" => self.retries = Some(Given::new(span, value::count(given(), example)?)),
            "retry_delay" => self.retry_delay = Some(Given::new(span, value::duration(given(), example)?)),
            "backoff" => self.backoff = Some(Given::new(span, backoff(given())?)),
            "timeout" => self.timeout = Some(Given::new(span, timeout(given(), example)?)),
            "trigger" => self.trigger = Some(Given::new(span, trigger(given(), example)?)),
            "skip_on_upstream_skip" => {
                self.skip_on_upstream_skip = Some(Given::new(span, value::boolean(given(), example)?));
            }
            "tags" => self.tags = Some(Given::new(span, tags(given(), example)?)),
            "on_state" => self.on_state = Some(Given::new(span, hook(given(), example)?)),
            "on_failure" => self.on_failure = Some(Given::new(span, hook(given(), example)?)),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The first option about retries where nothing says how many there are.
    pub(crate) fn without_retries(&self) -> Option<(&'static str, Span)> {
        if self.retries.is_some() {
            return None;
        }
        let delay = self
            .retry_delay
            .as_ref()
            .map(|given| ("retry_delay", given.option));
        delay.or_else(|| self.backoff.as_ref().map(|given| ("backoff", given.option)))
    }

    /// Reports what makes no sense on a task that does not speak of retries.
    pub(crate) fn check_task(&self, errors: &mut Errors) {
        if let Some((option, span)) = self.without_retries() {
            let message =
                format!("`{option}` without `retries` says nothing; add `retries = 3`, or leave it out");
            errors.at(span, message);
        }
    }
}

fn timeout(given: TokenStream, example: &str) -> syn::Result<Duration> {
    let timeout = value::duration(given.clone(), example)?;
    if timeout.is_zero() {
        return Err(error(
            given,
            "no attempt ends in no time; write a longer timeout, or leave it out",
        ));
    }
    Ok(timeout)
}

fn backoff(given: TokenStream) -> syn::Result<Backoff> {
    let mut backoff = Backoff {
        factor: 1.0,
        max: None,
        jitter: 0.0,
    };
    let mut seen = Vec::new();
    for tokens in split_at_commas(given) {
        let Some(entry) = BACKOFF.entry(tokens, &mut seen)? else {
            continue;
        };
        let example = BACKOFF.example(&entry.option);
        let found = entry.value.clone();
        match entry.option.as_str() {
            "max" => backoff.max = Some(value::duration(found, example)?),
            "factor" => {
                backoff.factor = value::number(found.clone(), example)?;
                if backoff.factor < 1.0 {
                    return Err(error(
                        found,
                        "a delay does not shrink; write a factor of at least 1",
                    ));
                }
            }
            _ => {
                backoff.jitter = value::number(found.clone(), example)?;
                if !(0.0..=1.0).contains(&backoff.jitter) {
                    return Err(error(
                        found,
                        "jitter is a part of the delay; write a number from 0 to 1",
                    ));
                }
            }
        }
    }
    Ok(backoff)
}

fn trigger(given: TokenStream, example: &str) -> syn::Result<Trigger> {
    let what = "a trigger, or the path of a function `fn(&[UpstreamState]) -> bool`";
    if let Some(syn::Lit::Str(string)) = value::literal(given.clone()) {
        let text = string.value();
        let message = format!("a trigger is written without quotes; write `trigger = {text}`");
        return Err(error(given, message));
    }
    let path = value::path(given, what, example)?;
    let Some(word) = path.get_ident().map(ToString::to_string) else {
        return Ok(Trigger::Custom(path));
    };
    let names = BuiltIn::ALL.map(|(name, _)| name);
    if let Some((_, trigger)) = BuiltIn::ALL.iter().find(|(name, _)| *name == word) {
        return Ok(Trigger::BuiltIn(*trigger));
    }
    if word == "always_run" {
        return Err(error(path, "the trigger that always runs is `all_finished`"));
    }
    // One edit only: a function whose name is like ours by accident is no mistake.
    match names.into_iter().find(|name| suggest::distance(&word, name) == 1) {
        Some(meant) => {
            let message = format!(
                "unknown trigger `{word}`; did you mean `{meant}`? A function of yours has another name"
            );
            Err(error(path, message))
        }
        None => Ok(Trigger::Custom(path)),
    }
}

fn tags(given: TokenStream, example: &str) -> syn::Result<Vec<LitStr>> {
    let tags = value::strings(given, example)?;
    for (place, tag) in tags.iter().enumerate() {
        let text = tag.value();
        if text.trim().is_empty() || text.chars().any(char::is_control) {
            return Err(error(
                tag,
                "a tag is a word that `Runner::at_most` names; write one",
            ));
        }
        if tags[..place].iter().any(|earlier| earlier.value() == text) {
            return Err(error(tag, format!("`{text}` is listed twice; keep one")));
        }
    }
    Ok(tags)
}

fn hook(given: TokenStream, example: &str) -> syn::Result<Path> {
    value::path(given, "the path of a hook", example)
}
