//! What a run state says of nodes that this program has no use for, and hands on: fields of a newer minor version, and
//! what belongs to kinds of nodes that the flow does not have.

use std::collections::HashMap;

use crate::plan::Tries;
use crate::state::{Children, Extra, NodeState, State};

/// By node; for most runs there is nothing.
#[derive(Default)]
pub(super) struct Carried(HashMap<usize, Node>);

struct Node {
    /// What the node was: what is said of its state holds as long as it stays so.
    was: (State, Tries),
    children: Option<Children>,
    arm: Option<u32>,
    extra: Extra,
}

impl Carried {
    /// What the states of nodes bring along.
    pub(super) fn of(nodes: &[Option<NodeState>]) -> Self {
        let brought = nodes.iter().enumerate().filter_map(|(index, node)| {
            let node = node.as_ref()?;
            let brings = node.extra.is_some() || node.children.is_some() || node.arm.is_some();
            brings.then(|| {
                let carried = Node {
                    was: (node.state.clone(), node.tries),
                    children: node.children,
                    arm: node.arm,
                    extra: node.extra.as_deref().cloned().unwrap_or_default(),
                };
                (index, carried)
            })
        });
        Self(brought.collect())
    }

    /// Adds what the node has brought along to what it is now.
    pub(super) fn add_to(&self, node: usize, now: &mut NodeState) {
        let Some(carried) = self.0.get(&node) else { return };
        let mut extra = carried.extra.clone();
        if carried.was == (now.state.clone(), now.tries) {
            now.children = carried.children;
            now.arm = now.arm.or(carried.arm);
        } else {
            extra.state.clear();
        }
        now.extra = (extra != Extra::default()).then(|| Box::new(extra));
    }
}
