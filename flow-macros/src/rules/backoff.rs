//! `backoff(…)`: how the delay before a retry grows.

use std::time::Duration;

use proc_macro2::{Span, TokenStream, TokenTree};

use crate::options::duration::duration;
use crate::options::{Known, error, split_at_commas, value};

/// What it takes.
const BACKOFF: Known = Known {
    taker: "`backoff`",
    options: &[
        ("factor", "factor = 2"),
        ("max", "max = \"10m\""),
        ("jitter", "jitter = 0.1"),
    ],
    others: &[("delay", FIRST), ("initial", FIRST), ("min", FIRST)],
    foreign: &[
        ("base", "factor"),
        ("multiplier", "factor"),
        ("cap", "max"),
        ("limit", "max"),
        ("maximum", "max"),
        ("max_delay", "max"),
        ("random", "jitter"),
    ],
};

const FIRST: &str = "the first delay stands beside `backoff`; write `retry_delay = \"10s\"`";

/// What is given, and of what is not, what changes nothing.
pub(crate) struct Backoff {
    pub(super) factor: f64,
    pub(super) max: Option<Duration>,
    pub(super) jitter: f64,
}

impl Backoff {
    /// Whether it leaves every delay as it is, but for those longer than `max`.
    pub(super) fn is_idle(&self) -> bool {
        self.factor <= 1.0 && self.jitter <= 0.0
    }
}

/// Reads what stands between the parentheses after `name`.
pub(super) fn read(given: TokenStream, name: Span) -> syn::Result<Backoff> {
    let mut backoff = Backoff {
        factor: 1.0,
        max: None,
        jitter: 0.0,
    };
    let mut seen = Vec::new();
    for tokens in split_at_commas(given) {
        if let [TokenTree::Literal(number)] = &tokens[..]
            && value::number(TokenTree::from(number.clone()).into(), "factor = 2").is_ok()
        {
            let message = format!("expected an option such as `factor = {number}`");
            return Err(error(number, message));
        }
        let Some(entry) = BACKOFF.entry(tokens, &mut seen)? else {
            continue;
        };
        let example = BACKOFF.example(&entry.option);
        let found = entry.value.clone();
        match entry.option.as_str() {
            "max" => backoff.max = Some(duration(found, example)?),
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
    if seen.is_empty() {
        let message = "`backoff` needs a value; write `backoff(factor = 2, max = \"10m\", jitter = 0.1)`";
        return Err(syn::Error::new(name, message));
    }
    Ok(backoff)
}
