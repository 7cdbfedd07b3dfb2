//! The rules that only a whole flow can break: every one is asked, so that an author sees all errors at once.
//! They look and report; they change no more than which nodes have a key, and which edges of wrong arguments count.

mod bindings;
pub(super) mod contents;
mod cycles;
pub(super) mod each;
mod names;
mod owner;
mod purity;
mod resources;
mod tail;

#[cfg(test)]
mod tests;

use super::model::Flow;
use crate::errors::Errors;

/// Asks every rule.
pub(crate) fn check(flow: &mut Flow, errors: &mut Errors) {
    names::check(flow, errors);
    each::check(flow, errors);
    // Before the cycles: a name that is bound again makes no edge.
    bindings::check(flow, errors);
    cycles::check(flow, errors);
    tail::check(flow, errors);
    purity::check(flow, errors);
    owner::check(flow, errors);
    resources::check(flow, errors);
}
