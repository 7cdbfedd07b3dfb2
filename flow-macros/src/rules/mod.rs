//! The rules of a run as options: what `#[task(…)]` and `#[node(…)]` both take, read once and expanded once.

mod backoff;
mod check;
mod expand;
#[cfg(test)]
mod tests;
mod trigger;

use std::time::Duration;

use proc_macro2::TokenStream;
use syn::{LitStr, Path};

use self::backoff::Backoff;
use self::trigger::{BuiltIn, Trigger};
use crate::options::duration::duration;
use crate::options::{Entry, Given, error, value};

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

/// What the rules are called elsewhere.
pub(crate) const FOREIGN: [(&str, &str); 40] = [
    ("retry", "retries"),
    ("max_retries", "retries"),
    ("retry_count", "retries"),
    ("num_retries", "retries"),
    ("delay", "retry_delay"),
    ("retry_after", "retry_delay"),
    ("retry_interval", "retry_delay"),
    ("retry_delay_secs", "retry_delay"),
    ("retry_delay_seconds", "retry_delay"),
    ("retry_backoff", "backoff"),
    ("exponential_backoff", "backoff"),
    ("retry_exponential_backoff", "backoff"),
    ("max_retry_delay", "backoff"),
    ("retry_jitter_factor", "backoff"),
    ("factor", "backoff"),
    ("jitter", "backoff"),
    ("timeout_secs", "timeout"),
    ("timeout_seconds", "timeout"),
    ("execution_timeout", "timeout"),
    ("trigger_rule", "trigger"),
    ("skip_on_skip", "skip_on_upstream_skip"),
    ("skip", "skip_on_upstream_skip"),
    ("tag", "tags"),
    ("pool", "tags"),
    ("concurrency", "tags"),
    ("max_concurrency", "tags"),
    ("on_fail", "on_failure"),
    ("on_error", "on_failure"),
    ("on_failed", "on_failure"),
    ("on_failure_callback", "on_failure"),
    ("on_change_state", "on_state"),
    ("on_state_change", "on_state"),
    ("state_handlers", "on_state"),
    ("after", "upstream"),
    ("needs", "upstream"),
    ("depends", "upstream"),
    ("depends_on", "upstream"),
    ("retry_on", "retry_if"),
    ("retry_when", "retry_if"),
    ("retry_condition_fn", "retry_if"),
];

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

impl Rules {
    /// Reads one option; `false` if it is no rule.
    pub(crate) fn read(&mut self, entry: &Entry, example: &str) -> syn::Result<bool> {
        let span = entry.name.span();
        let given = || entry.value.clone();
        match entry.option.as_str() {
            "retries" => self.retries = Some(Given::new(span, value::count(given(), example)?)),
            "retry_delay" => self.retry_delay = Some(Given::new(span, duration(given(), example)?)),
            "backoff" => self.backoff = Some(Given::new(span, backoff::read(given(), span)?)),
            "timeout" => self.timeout = Some(Given::new(span, timeout(given(), example)?)),
            "trigger" => self.trigger = Some(Given::new(span, trigger::read(given(), example)?)),
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
}

fn timeout(given: TokenStream, example: &str) -> syn::Result<Duration> {
    let timeout = duration(given.clone(), example)?;
    if timeout.is_zero() {
        return Err(error(
            given,
            "no attempt ends in no time; write a longer timeout, or leave it out",
        ));
    }
    Ok(timeout)
}

fn tags(given: TokenStream, example: &str) -> syn::Result<Vec<LitStr>> {
    let tags = value::strings(given, example)?;
    for (place, tag) in tags.iter().enumerate() {
        let text = tag.value();
        let word = text.trim();
        if word.is_empty() || text.chars().any(char::is_control) {
            let message = "a tag is a word that `Runner::at_most` names; write one";
            return Err(error(tag, message));
        }
        if word != text {
            let message = format!("a tag has no blanks around it; write `\"{word}\"`");
            return Err(error(tag, message));
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
