//! Which targets a run makes again though they are there.

use crate::error::StartError;
use crate::spec::FlowSpec;

/// Which targets are made again though they are there.
#[derive(Debug, Clone, Default)]
pub(crate) enum Force {
    #[default]
    None,
    /// Those of these nodes.
    Nodes(Vec<String>),
    All,
}

impl Force {
    pub(crate) fn add(&mut self, nodes: impl Iterator<Item = String>) {
        match self {
            Self::All => {}
            Self::None => *self = Self::Nodes(nodes.collect()),
            Self::Nodes(forced) => forced.extend(nodes),
        }
    }

    /// Refuses nodes that the flow does not have.
    pub(crate) fn check(&self, flow: &'static FlowSpec) -> Result<(), StartError> {
        let Self::Nodes(names) = self else { return Ok(()) };
        match names.iter().find(|name| flow.node(name).is_none()) {
            Some(name) => Err(StartError::UnknownNode {
                flow: flow.name,
                node: name.clone(),
                known: flow.nodes.iter().map(|node| node.name).collect(),
            }),
            None => Ok(()),
        }
    }

    /// Whether the target of this node is made again.
    pub(super) fn includes(&self, node: &str) -> bool {
        match self {
            Self::None => false,
            Self::Nodes(names) => names.iter().any(|name| name == node),
            Self::All => true,
        }
    }
}
