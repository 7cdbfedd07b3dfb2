//! What a process writes into the journal of a run before it drives it: the run, its nodes, and what it goes on from
//! where the journal does not say so.

use super::before::Before;
use crate::journal::{HeadRecord, Log, NodeRecord, NotRecorded, Opened, Record, TableEntry};
use crate::spec::FlowSpec;
use crate::state::{Head, NodeState, Signature};

/// What a process goes on from.
pub(super) struct Opening<'a> {
    pub(super) spec: &'static FlowSpec,
    pub(super) head: &'a Head,
    /// What the journal says; `None` for a new one.
    pub(super) before: Option<&'a Before>,
    /// The slice that made the state which the run goes on from.
    pub(super) base: u32,
    /// What of that state the journal does not say.
    pub(super) unsaid: &'a [(usize, NodeState)],
    /// The nodes that are Pending again, as their results cannot be read or they are tried anew, and their states.
    pub(super) again: Vec<(usize, &'a NodeState)>,
}

/// Writes it.
///
/// # Errors
///
/// If it cannot be written.
pub(super) fn open(log: &Log, opening: &Opening<'_>) -> Result<(), NotRecorded> {
    let Opening {
        spec,
        head,
        before,
        base,
        unsaid,
        again,
    } = opening;
    let is_same = before.is_some_and(|before| {
        let of = &before.head;
        before.names_nodes
            && of.fingerprint == head.fingerprint
            && of.params == head.params
            && of.flow == head.flow
    });
    if !is_same {
        log.append(&Record::Head(HeadRecord::new(head)));
        let entry = |node: &crate::spec::NodeSpec| {
            TableEntry::new(node.name, node.task.name, Signature::of(spec, node))
        };
        log.append(&Record::Table(spec.nodes.iter().map(entry).collect()));
    }
    if !unsaid.is_empty() {
        // As that slice's own: a later one, and what the journal tells of it, is newer than this.
        log.append(&Record::Opened(Opened { slice: *base }));
        for (node, state) in *unsaid {
            append(log, *node, state);
        }
    }
    log.append(&Record::Opened(Opened { slice: head.slice }));
    for &(node, state) in again {
        append(log, node, state);
    }
    log.flush()
}

fn append(log: &Log, node: usize, state: &NodeState) {
    let node = u32::try_from(node).expect("a flow has fewer than 2^32 nodes");
    log.append(&Record::Node(Box::new(NodeRecord::new(node, state))));
}
