//! Options that contradict each other, or say nothing where they stand. What depends on the task of a node is asked by the
//! expansion of its flow.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use quote::quote;

use super::expand::duration;
use super::{Backoff, Rules};
use crate::errors::Errors;
use crate::options::Given;
use crate::options::duration::written;

impl Rules {
    /// Reports what makes no sense on a task; `seen` are the options that stand there, readable or not.
    pub(crate) fn check_task(&self, seen: &[String], errors: &mut Errors) {
        if let Some(tags) = &self.tags
            && tags.value.is_empty()
        {
            errors.at(
                tags.option,
                "`tags` names none, as a task without it does; write one, as `tags = [\"db\"]`, or leave it out",
            );
        }
        if !seen.iter().any(|option| option == "retries")
            && let Some((option, span)) = self.about_retries()
        {
            let message =
                format!("`{option}` without `retries` says nothing; add `retries = 3`, or leave it out");
            return errors.at(span, message);
        }
        if self.check_retries(errors) || self.check_delays(errors) {
            return;
        }
        let Some(backoff) = &self.backoff else { return };
        if !seen.iter().any(|option| option == "retry_delay") {
            errors.at(
                backoff.option,
                "`backoff` without `retry_delay` says nothing, since a delay of nothing does not grow; add `retry_delay = \"10s\"`, or leave it out",
            );
        } else if backoff.value.is_idle() {
            errors.at(
                backoff.option,
                "this `backoff` changes no delay; write a factor above 1, as `factor = 2`, or `jitter = 0.1`, or leave it out",
            );
        }
    }

    /// Reports what makes no sense on a node, whatever its task says: there an option may also take back what the task
    /// says, as `retries = 0` and `tags = []` do.
    pub(crate) fn check_node(&self, errors: &mut Errors) {
        if !self.check_retries(errors) {
            self.check_delays(errors);
        }
    }

    /// What a node's options about retries may be beside those of its task: an `Option` of a message, and where it belongs.
    /// `spec` is the task's.
    pub(crate) fn fault(&self, spec: &TokenStream) -> Option<(Span, TokenStream)> {
        let (option, span) = self.about_retries()?;
        let retries = self
            .retries
            .is_none()
            .then(|| quote!(__flow::retries_fault(#spec, #option)));
        let delay = match (&self.retry_delay, &self.backoff) {
            (Some(delay), None) => {
                let delay = duration(delay.value);
                Some(quote!(__flow::delay_fault(#spec, #delay)))
            }
            // One that changes nothing takes back the task's.
            (None, Some(backoff)) if !backoff.value.is_idle() => {
                let max = duration(backoff.value.max.unwrap_or(Duration::MAX));
                Some(quote!(__flow::backoff_fault(#spec, #max)))
            }
            // Where both are the node's, what is wrong with them was reported.
            _ => None,
        };
        let fault = match (retries, delay) {
            (Some(retries), Some(delay)) => quote!(match #retries {
                ::core::option::Option::None => #delay,
                fault => fault,
            }),
            (one, other) => one.or(other)?,
        };
        Some((span, fault))
    }

    /// The first option about the time between attempts.
    fn about_retries(&self) -> Option<(&'static str, Span)> {
        let delay = self
            .retry_delay
            .as_ref()
            .map(|given| ("retry_delay", given.option));
        delay.or_else(|| self.backoff.as_ref().map(|given| ("backoff", given.option)))
    }

    /// `retries = 0` beside something about retries; whether that was reported.
    fn check_retries(&self, errors: &mut Errors) -> bool {
        if self.retries.as_ref().is_none_or(|retries| retries.value > 0) {
            return false;
        }
        let Some((option, span)) = self.about_retries() else {
            return false;
        };
        let message = format!(
            "`{option}` says nothing beside `retries = 0`; write `retries = 3`, or leave one of them out"
        );
        errors.at(span, message);
        true
    }

    /// A delay and a backoff that do not go together; whether that was reported.
    fn check_delays(&self, errors: &mut Errors) -> bool {
        let (Some(delay), Some(backoff)) = (&self.retry_delay, &self.backoff) else {
            return false;
        };
        if delay.value.is_zero() {
            errors.at(
                backoff.option,
                "`backoff` says nothing beside a `retry_delay` of nothing, which does not grow; write a longer delay, or leave one of them out",
            );
        } else if let Some(max) = max_below(backoff, delay.value) {
            let message = format!(
                "the first delay is longer than `max = \"{}\"`, and no delay is; write a shorter `retry_delay`, or a longer `max`",
                written(max)
            );
            errors.at(delay.option, message);
        } else {
            return false;
        }
        true
    }
}

fn max_below(backoff: &Given<Backoff>, delay: Duration) -> Option<Duration> {
    backoff.value.max.filter(|max| *max < delay)
}
