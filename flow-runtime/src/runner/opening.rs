//! What a process writes into the journal of a run before it drives it: the run, its nodes, and what it goes on from
//! where the journal does not say so.

use super::before::Before;
use crate::journal::{
    ChildrenMade, HeadRecord, Log, NodeRecord, NotRecorded, Opened, Place, Record, TableEntry,
};
use crate::spec::FlowSpec;
use crate::state::{Head, NodeState, RecordedChild, Signature};

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
    /// The children among them.
    pub(super) children: Vec<(Place, &'a RecordedChild)>,
    /// Every `for` of whose children nothing holds that the journal has told.
    pub(super) forgotten: Vec<usize>,
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
        children,
        forgotten,
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
            TableEntry::new(node.name, &node.task_names(), Signature::of(spec, node))
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
    for node in forgotten {
        log.append(&Record::Children(ChildrenMade::forgotten(number(*node))));
    }
    for (place, child) in children {
        log.append(&Record::child(*place, child));
    }
    log.flush()
}

fn append(log: &Log, node: usize, state: &NodeState) {
    log.append(&Record::Node(Box::new(NodeRecord::new(number(node), state))));
}

/// The number of a node in a journal.
pub(super) fn number(node: usize) -> u32 {
    u32::try_from(node).expect("a flow has fewer than 2^32 nodes")
}
