use super::{Location, NodeSpec, ParamSpec, ResourceSpec};

/// A flow as `flow!` wrote it: its name, parameters, nodes and tail.
#[derive(Debug, Clone, Copy)]
pub struct FlowSpec {
    /// The name that people read: `#[flow(name = "…")]`, else the function's name; `flow` for a bare one.
    pub name: &'static str,
    /// The function's name; empty for a bare flow.
    pub function: &'static str,
    /// `module_path!()` of the flow.
    pub module: &'static str,
    /// The doc comment, lines joined by `\n`, without the leading space.
    pub docs: &'static str,
    /// Where the flow is written.
    pub location: Location,
    /// The zone of the logical time unless a run asks for another: `#[flow(tz = "…")]`, else `UTC`.
    pub zone: &'static str,
    /// The parameters that are stored with a run, in the order of the function's.
    pub params: &'static [ParamSpec],
    /// The parameters that are resources, in the order of the function's.
    pub resources: &'static [ResourceSpec],
    /// The nodes, in the order of their statements.
    pub nodes: &'static [NodeSpec],
    /// The node whose result is the flow's.
    pub tail: Option<usize>,
}

impl FlowSpec {
    /// The index of the node named `name`.
    pub fn node(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.name == name)
    }

    /// The function's name with its module path: what tells two flows of one name apart.
    pub fn path(&self) -> String {
        if self.function.is_empty() {
            format!("{}::{}", self.module, self.name)
        } else {
            format!("{}::{}", self.module, self.function)
        }
    }
}
