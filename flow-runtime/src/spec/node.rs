use crate::attempt::{Attempt, Call};
use crate::checkpoint::Codec;
use crate::digest::Fingerprint;
use crate::plan::Tolerance;
use crate::template::Template;

use super::{Location, Rules, TaskSpec};

/// One statement of a flow.
#[derive(Debug, Clone, Copy)]
pub struct NodeSpec {
    /// The statement's name: the node's slug.
    pub name: &'static str,
    /// The task that it calls.
    pub task: &'static TaskSpec,
    /// Where the statement stands.
    pub location: Location,
    /// What it depends on, each upstream node once; data edges win over ordering edges.
    pub edges: &'static [Edge],
    /// Where its arguments come from, in the order of the call.
    pub arguments: &'static [Argument],
    /// What the statement says otherwise than its task.
    pub overrides: Overrides,
    /// Builds the task struct from the results of its upstream and calls it.
    pub run: for<'run> fn(&'run Attempt) -> Call<'run>,
}

impl NodeSpec {
    /// The rules by which it runs.
    pub fn rules(&self) -> &'static Rules {
        self.overrides.rules.unwrap_or(&self.task.rules)
    }

    /// Where its result is written: its own target, else its task's.
    pub const fn target(&self) -> Option<&'static Template> {
        match (self.overrides.target, &self.task.target) {
            (Some(own), _) => Some(&own.template),
            (None, Some(target)) => Some(target),
            (None, None) => None,
        }
    }

    /// How its result becomes bytes: as its own target has it, else its task's; `None` with `checkpoint = false`. What the body
    /// writes itself is that, wherever it lies.
    pub fn codec(&self) -> Option<Codec> {
        match self.overrides.target {
            Some(own) => own.codec.or(self.task.output.codec),
            None => self.task.output.codec,
        }
    }

    /// What it takes in place of the value of this upstream: what its parameters tolerate. In an expression, and by
    /// order alone, it needs the upstream as its trigger says.
    pub fn tolerance(&self, upstream: usize) -> Tolerance {
        let parameter = |place: usize, argument: &Argument| match argument.name {
            Some(name) => self
                .task
                .parameters
                .iter()
                .find(|parameter| parameter.name == name),
            None => self.task.parameters.get(place),
        };
        let is_it = |source: &Source| matches!(source, Source::Node(node) if *node == upstream);
        let tolerated = self
            .arguments
            .iter()
            .enumerate()
            .filter_map(|(place, argument)| match &argument.source {
                source if is_it(source) => Some(parameter(place, argument)),
                Source::List(elements) if elements.iter().any(is_it) => Some(parameter(place, argument)),
                Source::Expression { nodes, .. } if nodes.contains(&upstream) => Some(None),
                _ => None,
            })
            .map(|parameter| parameter.map_or(Tolerance::Nothing, |parameter| parameter.tolerance));
        tolerated.min().unwrap_or(Tolerance::Nothing)
    }
}

/// What a statement says otherwise than its task: `#[node(…)]`.
#[derive(Debug, Clone, Copy)]
pub struct Overrides {
    /// The rules, those of the task that still hold among them.
    pub rules: Option<&'static Rules>,
    /// Where this node's result is written, in place of the task's target.
    pub target: Option<&'static NodeTarget>,
}

impl Overrides {
    /// Nothing: as its task says.
    pub const NONE: Self = Self {
        rules: None,
        target: None,
    };
}

/// A node's own target: `#[node(target = "…")]`.
#[derive(Debug, Clone, Copy)]
pub struct NodeTarget {
    /// Where.
    pub template: Template,
    /// In which format; `None` for what its body writes itself, and in a flow that does not compile.
    pub codec: Option<Codec>,
}

/// A dependency of a node on an earlier result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The upstream node's index in the flow.
    pub node: usize,
    /// What is handed over.
    pub kind: EdgeKind,
}

impl Edge {
    /// An edge that hands the upstream's result to an argument.
    pub const fn data(node: usize) -> Self {
        Self {
            node,
            kind: EdgeKind::Data,
        }
    }

    /// An edge of `upstream: [..]`: order without data.
    pub const fn order(node: usize) -> Self {
        Self {
            node,
            kind: EdgeKind::Order,
        }
    }
}

/// What an [`Edge`] hands over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeKind {
    /// The upstream's result.
    Data,
    /// Nothing: the node runs after its upstream.
    Order,
}

/// An argument of a call in a flow.
#[derive(Debug, Clone, Copy)]
pub struct Argument {
    /// The parameter's name in a call with named arguments; a positional argument has its place.
    pub name: Option<&'static str>,
    /// Where the value comes from.
    pub source: Source,
}

impl Argument {
    /// An argument given by its place.
    pub const fn positional(source: Source) -> Self {
        Self { name: None, source }
    }

    /// An argument given by name.
    pub const fn named(name: &'static str, source: Source) -> Self {
        Self {
            name: Some(name),
            source,
        }
    }
}

/// Where an argument's value comes from. A digest of the argument is computed from this alone; nothing is evaluated.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// The bare name of a node, by index.
    Node(usize),
    /// The bare name of a parameter of the flow, by index.
    Param(usize),
    /// A literal.
    Literal(Literal),
    /// A list of bare names of nodes and parameters, in its order.
    List(&'static [Source]),
    /// Any other expression.
    Expression {
        /// Of its tokens.
        fingerprint: Fingerprint,
        /// The nodes that it mentions, by index, ascending.
        nodes: &'static [usize],
        /// The parameters that it mentions, by index, ascending.
        params: &'static [usize],
    },
}

/// A literal argument, as `Display` would write its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Literal {
    /// An integer, boolean, character or string: the text is what `Display` writes.
    Exact(&'static str),
    /// A float, without suffix and underscores: what `Display` writes depends on the parameter's type.
    Float(&'static str),
}
