//! A flow's edges in the form that the driver walks: flat arrays, both directions.

use crate::spec::{EdgeKind, FlowSpec};

/// The edges of a flow.
pub(crate) struct Graph {
    /// `targets[starts[n]..starts[n + 1]]` are the nodes that wait for `n`.
    starts: Box<[u32]>,
    targets: Box<[u32]>,
}

impl Graph {
    /// The graph and, for each node, how many nodes are still to read its result.
    pub(crate) fn new(spec: &FlowSpec, has_ended: impl Fn(usize) -> bool) -> (Self, Vec<u32>) {
        let mut readers = vec![0_u32; spec.nodes.len()];
        let mut starts = vec![0_u32; spec.nodes.len() + 1];
        for (index, node) in spec.nodes.iter().enumerate() {
            let reads = !has_ended(index);
            for edge in node.edges {
                starts[edge.node + 1] += 1;
                readers[edge.node] += u32::from(reads && edge.kind == EdgeKind::Data);
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut places = starts.clone();
        let mut targets = vec![0_u32; total as usize];
        for (index, node) in spec.nodes.iter().enumerate() {
            for edge in node.edges {
                let place = &mut places[edge.node];
                targets[*place as usize] = as_u32(index);
                *place += 1;
            }
        }
        let graph = Self {
            starts: starts.into_boxed_slice(),
            targets: targets.into_boxed_slice(),
        };
        (graph, readers)
    }

    /// The nodes that wait for `node`.
    pub(crate) fn dependents(&self, node: usize) -> &[u32] {
        &self.targets[self.starts[node] as usize..self.starts[node + 1] as usize]
    }
}

/// A node's index in the driver's arrays.
///
/// # Panics
///
/// Above four billion nodes.
pub(crate) fn as_u32(index: usize) -> u32 {
    u32::try_from(index).expect("a flow has fewer than 2^32 nodes")
}
