//! The rules that only a whole flow can break: every one is asked, so that an author sees all errors at once.
//! They look and report; the one thing that they change is which nodes can have a key.

mod bindings;
mod contents;
mod cycles;
mod names;
mod purity;
mod tail;

#[cfg(test)]
mod tests;

use super::model::Flow;
use crate::errors::Errors;

/// Asks every rule.
pub(crate) fn check(flow: &mut Flow, errors: &mut Errors) {
    names::check(flow, errors);
    cycles::check(flow, errors);
    tail::check(flow, errors);
    bindings::check(flow, errors);
    purity::check(flow, errors);
}
