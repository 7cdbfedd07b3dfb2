//! A journal that says what a longer one has said, and nothing of how it came to that.

use super::frame;
use super::head::HeadRecord;
use super::record::{ChildrenMade, NodeRecord, Opened, Place, Record, TableEntry};
use super::replay::Recorded;
use crate::state::{NodeState, RecordedChild, RecordedChildren};

/// The shortest journal at whose end is the same.
pub(crate) fn snapshot(recorded: &Recorded) -> Vec<u8> {
    let mut bytes = frame::header().to_vec();
    let mut append = |record: &Record| {
        // A record that cannot be written would make the journal longer than memory.
        let _ = frame::append(&mut bytes, |to| record.encode(to));
    };
    let state = &recorded.state;
    let Some(head) = &state.head else {
        return bytes;
    };
    append(&Record::Head(HeadRecord::new(head)));
    let entries = state.nodes.iter().zip(&recorded.made);
    let table = entries.map(|(node, made)| TableEntry::new(&node.slug, &node.task, *made));
    append(&Record::Table(table.collect()));
    // In the order of the slices that have told of them, each as its own slice's; before the first slice stands what a
    // run began with that goes on from a bare list.
    let untold = NodeState::pending("", "");
    let mut told: Vec<(u32, usize)> = recorded
        .told
        .iter()
        .copied()
        .zip(0..)
        .filter(|(slice, node)| *slice > 0 || !untold.is_like(&state.nodes[*node]))
        .collect();
    told.sort_unstable();
    let mut slice = 0;
    for (of, node) in told {
        if of != slice {
            append(&Record::Opened(Opened { slice: of }));
            slice = of;
        }
        let place = u32::try_from(node).expect("a flow has fewer than 2^32 nodes");
        append(&Record::Node(Box::new(NodeRecord::new(
            place,
            &state.nodes[node],
        ))));
    }
    for (place, node) in (0..).zip(&state.nodes) {
        if let Some(children) = state.children.get(&node.slug) {
            append_children(place, children, &mut append);
        }
    }
    if head.slice != slice {
        append(&Record::Opened(Opened { slice: head.slice }));
    }
    bytes
}

/// Writes the children of a `for`, those that stood elsewhere first.
pub(super) fn append_children(node: u32, children: &RecordedChildren, append: &mut impl FnMut(&Record)) {
    let tell = |child: u64, of: &RecordedChild| {
        let child = Some(child);
        Record::child(Place { node, child }, of)
    };
    for (child, of) in (0..).zip(&children.earlier) {
        append(&tell(child, of));
    }
    append(&Record::Children(ChildrenMade::new(
        node,
        children.total,
        children.digest,
    )));
    for (child, of) in &children.states {
        append(&tell(*child, of));
    }
}
