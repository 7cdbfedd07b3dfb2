//! The graphs that are measured, as lists of upstream nodes.

/// A graph: for each node the nodes that it depends on, all of them earlier.
#[derive(Debug, Clone)]
pub struct Shape {
    /// What the table calls it.
    pub name: String,
    /// The upstream of each node.
    pub upstream: Vec<Vec<usize>>,
}

impl Shape {
    /// Each node after the one before.
    pub fn chain(nodes: usize) -> Self {
        Self::new("chain", nodes, |node| node.checked_sub(1).into_iter().collect())
    }

    /// All nodes after the first.
    pub fn fan_out(nodes: usize) -> Self {
        Self::new("fan-out", nodes, |node| {
            (node > 0).then_some(0).into_iter().collect()
        })
    }

    /// Layers of `width` nodes; each node after every node of the layer before.
    pub fn layers(nodes: usize, width: usize) -> Self {
        Self::new(&format!("layers of {width}"), nodes, |node| {
            let start = node / width * width;
            (start.saturating_sub(width)..start).collect()
        })
    }

    /// Layers of `width` nodes; each node after `edges` nodes of the layer before.
    pub fn thin_layers(nodes: usize, width: usize, edges: usize) -> Self {
        Self::new(&format!("layers of {width}, {edges} edges"), nodes, |node| {
            let (layer, place) = (node / width, node % width);
            match layer.checked_sub(1) {
                None => Vec::new(),
                Some(before) => (0..edges)
                    .map(|edge| before * width + (place + edge) % width)
                    .collect(),
            }
        })
    }

    fn new(name: &str, nodes: usize, upstream: impl Fn(usize) -> Vec<usize>) -> Self {
        Self {
            name: name.to_owned(),
            upstream: (0..nodes).map(upstream).collect(),
        }
    }

    /// The number of edges.
    pub fn edges(&self) -> usize {
        self.upstream.iter().map(Vec::len).sum()
    }
}
