use crate::attempt::{Attempt, Call};
use crate::checkpoint::Codec;
use crate::digest::Fingerprint;
use crate::plan::Tolerance;
use crate::template::Template;

use super::{BranchPart, EachSpec, Location, Rules, TaskSpec};

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

    /// What makes it a `for`.
    pub const fn each(&self) -> Option<&'static EachSpec> {
        self.overrides.each
    }

    /// Where its result is written: its own target, else its task's. Of an `if` or `match` each arm says that for itself.
    pub const fn target(&self) -> Option<&'static Template> {
        if matches!(
            self.overrides.branch,
            Some(BranchPart::Whole(_) | BranchPart::Choice(_))
        ) {
            return None;
        }
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

    /// Whether its result may be one that can be read again; of an `if` or `match` that of any arm.
    pub(crate) fn may_be_kept(&self) -> bool {
        self.arms().iter().any(|arm| arm.codec().is_some())
    }

    /// Whether one of its conditions mentions this upstream.
    fn is_in_conditions(&self, upstream: usize) -> bool {
        let is_it = |source: &Source| match source {
            Source::Node(node) => *node == upstream,
            Source::Expression { nodes, .. } => nodes.contains(&upstream),
            _ => false,
        };
        self.conditions().iter().any(is_it)
    }

    /// What it takes in place of the value of this upstream: what its parameters tolerate. In an expression, and by
    /// order alone, it needs the upstream as its trigger says.
    pub fn tolerance(&self, upstream: usize) -> Tolerance {
        if self.is_in_conditions(upstream) {
            return Tolerance::Nothing;
        }
        let parameter = |place, argument| self.task.parameter(place, argument);
        let item = self.item_of(upstream);
        let is_it = |source: &Source| match source {
            Source::Node(node) => *node == upstream,
            Source::Item(place) => Some(*place) == item,
            _ => false,
        };
        let tolerated = self
            .arguments
            .iter()
            .enumerate()
            .filter_map(|(place, argument)| match &argument.source {
                source if is_it(source) => Some(parameter(place, argument)),
                Source::List(elements) if elements.iter().any(is_it) => Some(parameter(place, argument)),
                Source::Expression { nodes, items, .. }
                    if nodes.contains(&upstream) || item.is_some_and(|item| items.contains(&item)) =>
                {
                    Some(None)
                }
                _ => None,
            })
            .map(|parameter| parameter.map_or(Tolerance::Nothing, |parameter| parameter.tolerance));
        tolerated.min().unwrap_or(Tolerance::Nothing)
    }

    /// Whether it takes the results of this upstream, a `for`, one at a time only.
    pub fn streams(&self, upstream: usize) -> bool {
        if self.is_in_conditions(upstream) {
            return false;
        }
        let mut arguments = self.arguments.iter().enumerate();
        arguments.all(|(place, argument)| match &argument.source {
            Source::Node(node) if *node == upstream => {
                let parameter = self.task.parameter(place, argument);
                parameter.is_some_and(|parameter| parameter.streams)
            }
            Source::Expression { nodes, .. } => !nodes.contains(&upstream),
            Source::List(elements) => !elements
                .iter()
                .any(|source| matches!(source, Source::Node(node) if *node == upstream)),
            _ => true,
        })
    }

    /// Whether it reads all results of this upstream, a `for`, at once.
    pub(crate) fn holds_all(&self, upstream: usize) -> bool {
        let is_data = |edge: &Edge| edge.node == upstream && edge.kind == EdgeKind::Data;
        let holds_all = |of: &Self| of.edges.iter().any(is_data) && !of.streams(upstream);
        self.arms().iter().any(holds_all)
    }

    /// The place before `in` of what goes through the children of this upstream.
    pub(crate) fn item_of(&self, upstream: usize) -> Option<usize> {
        let is_it = |source: &Source| matches!(source, Source::Node(node) if *node == upstream);
        let place = self.each()?.items.iter().position(is_it)?;
        self.goes_through(upstream).then_some(place)
    }

    /// Whether it is a `for` that goes through the children of this upstream.
    pub(crate) fn goes_through(&self, upstream: usize) -> bool {
        let is_it = |edge: &Edge| edge.node == upstream && edge.kind == EdgeKind::Each;
        self.edges.iter().any(is_it)
    }
}

/// What a statement says otherwise than its task: `#[node(…)]`.
#[derive(Debug, Clone, Copy)]
pub struct Overrides {
    /// The rules, those of the task that still hold among them.
    pub rules: Option<&'static Rules>,
    /// Where this node's result is written, in place of the task's target.
    pub target: Option<&'static NodeTarget>,
    /// That it calls its task once for each of many items: `for item in items { task(item) }`.
    pub each: Option<&'static EachSpec>,
    /// That it makes one of several calls: `if big { heavy(rows) } else { light(rows) }`; and what this is of that.
    pub branch: Option<BranchPart>,
}

impl Overrides {
    /// Nothing: as its task says.
    pub const NONE: Self = Self {
        rules: None,
        target: None,
        each: None,
        branch: None,
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

    /// An edge of a `for` that goes through the results of another: child by child.
    pub const fn each(node: usize) -> Self {
        Self {
            node,
            kind: EdgeKind::Each,
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
    /// To each child of a `for` the result of one child of the upstream, which is a `for` too.
    Each,
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
    /// The bare name of the item that a `for` is at, by its place before `in`.
    Item(usize),
    /// The bare name of a resource of the flow, by index.
    Resource(usize),
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
        /// The parameters that it mentions, by index, ascending; not the resources, of which nothing is known.
        params: &'static [usize],
        /// The items of a `for` that it mentions, by their place before `in`, ascending.
        items: &'static [usize],
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
