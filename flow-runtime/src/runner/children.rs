//! The children of every `for` that a run goes on from: what a published state brings of them, and what of them is to be
//! recorded anew.

use super::before::Children;
use super::opening::number;
use super::place::Place;
use crate::digest::Digest;
use crate::journal::{Place as InJournal, read_children};
use crate::spec::FlowSpec;
use crate::state::{NodeState, RecordedChild, ResultPlace, Signature};
use crate::store::wait;

/// Reads the children of every `for` that a published state brings, and no journal tells better.
pub(super) fn published(
    spec: &'static FlowSpec,
    place: Option<&Place>,
    nodes: &mut [Option<NodeState>],
    children: &mut Children,
    remarks: &mut Vec<String>,
) {
    for (index, node) in nodes.iter_mut().enumerate() {
        let of = &spec.nodes[index];
        let Some(node) = node.as_mut().filter(|_| of.each().is_some()) else {
            continue;
        };
        let Some(result) = node.result.take().filter(|_| !children.contains_key(&index)) else {
            continue;
        };
        let bytes = match (result.place, place) {
            (ResultPlace::Inline(bytes), _) => Some(bytes),
            (ResultPlace::Spilled(path), Some(place)) => wait(place.store.get(&path)).ok().flatten(),
            _ => None,
        };
        let is_whole = |bytes: &Vec<u8>| {
            result
                .digest
                .is_none_or(|digest| digest == Digest::of(bytes).into())
        };
        let read = bytes
            .filter(is_whole)
            .and_then(|bytes| read_children(&bytes).ok());
        let now = Signature::of(spec, of);
        match read.filter(|read| read.made.is_none_or(|made| made.change(now).is_none())) {
            Some(read) => {
                children.insert(index, read);
            }
            None => remarks.push(format!(
                "what is known of the children of `{}` cannot be read, or was made otherwise: they are made again",
                of.name
            )),
        }
    }
}

/// Those children, with their places in a journal.
pub(super) fn recorded<'a>(
    children: &'a Children,
    which: &[(usize, u64)],
) -> Vec<(InJournal, &'a RecordedChild)> {
    let found = which.iter().filter_map(|(node, child)| {
        let place = InJournal {
            node: number(*node),
            child: Some(*child),
        };
        Some((place, children.get(node)?.states.get(child)?))
    });
    found.collect()
}

/// Every `for` whose children were `told`, and hold no more.
pub(super) fn forgotten(told: Vec<usize>, children: &Children) -> Vec<usize> {
    let mut forgotten = told;
    forgotten.retain(|node| !children.contains_key(node));
    forgotten
}
