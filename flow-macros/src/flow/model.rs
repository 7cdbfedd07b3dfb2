//! A flow whose names are resolved: what the rules look at and what the expansion is made of.
//! It is data alone; `resolve` makes it from the syntax, `check` judges it.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Expr, Path};

use super::syntax::{Form, Parameter};
use super::target::Target;
use crate::rules::Rules;

/// One flow.
pub(crate) struct Flow {
    pub(crate) form: Form,
    /// The runtime's path, as the author named it or the default.
    pub(crate) krate: Path,
    /// In the author's order; slots are places in this list.
    pub(crate) nodes: Vec<Node>,
    /// The tail's node, with the name as it stands in the tail.
    pub(crate) tail: Option<(usize, Ident)>,
    /// Whether something stood in the place of the tail, and could be no tail.
    pub(crate) tail_is_broken: bool,
}

/// One node.
pub(crate) struct Node {
    pub(crate) docs: Vec<Attribute>,
    /// The rules by which it runs where its task says otherwise.
    pub(crate) rules: Rules,
    /// Where its result is written, where its task says otherwise or nothing.
    pub(crate) target: Option<Target>,
    pub(crate) name: Ident,
    /// `None` when no task could be read, which is reported.
    pub(crate) call: Option<Call>,
    /// False when its name is taken or reserved, which is reported: then no key can be made for it.
    pub(crate) has_key: bool,
    /// False when an argument does what arguments cannot do, which is reported.
    pub(crate) is_pure: bool,
}

/// The call of a task.
pub(crate) struct Call {
    pub(crate) task: Path,
    /// The parentheses.
    pub(crate) span: Span,
    pub(crate) arguments: Vec<Argument>,
    /// The nodes after which this one runs although it uses no result of theirs.
    pub(crate) upstream: Vec<Mention>,
    /// False when a part could not be read, which is reported.
    pub(crate) complete: bool,
}

/// One argument.
pub(crate) struct Argument {
    /// The task's parameter; `None` for a positional argument.
    pub(crate) name: Option<Ident>,
    pub(crate) value: Value,
    /// As parsed, for the rules on bindings and control flow.
    pub(crate) expression: Expr,
}

/// What an argument is.
pub(crate) enum Value {
    /// A node's name alone.
    Node(Mention),
    /// A parameter's name alone.
    Parameter(Mention),
    /// A resource's name alone.
    Resource(Mention),
    /// A literal and its value as `Display` writes it.
    Literal {
        tokens: TokenStream,
        text: String,
        is_float: bool,
    },
    /// A list of bare names, one of them a node's at least.
    List(List),
    /// Anything else.
    Expression(Expression),
}

/// An argument that gathers results.
pub(crate) struct List {
    /// The brackets.
    pub(crate) span: Span,
    pub(crate) elements: Vec<Element>,
}

/// A bare name in a list.
pub(crate) enum Element {
    /// A node's.
    Node(Mention),
    /// A parameter's.
    Parameter(Mention),
}

impl Value {
    /// The nodes whose results it uses.
    fn nodes(&self) -> Vec<&Mention> {
        match self {
            Self::Node(mention) => vec![mention],
            Self::List(list) => list.nodes().collect(),
            Self::Expression(expression) => expression.nodes.iter().collect(),
            Self::Parameter(_) | Self::Resource(_) | Self::Literal { .. } => Vec::new(),
        }
    }
}

impl List {
    /// The nodes in it, as often as they stand there.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Mention> {
        self.elements.iter().filter_map(|element| match element {
            Element::Node(mention) => Some(mention),
            Element::Parameter(_) => None,
        })
    }

    /// Whether there are parameters in it.
    pub(crate) fn has_parameters(&self) -> bool {
        let mut elements = self.elements.iter();
        elements.any(|element| matches!(element, Element::Parameter(_)))
    }
}

/// An argument that is computed.
pub(crate) struct Expression {
    pub(crate) tokens: TokenStream,
    /// Of its tokens: a part of the argument's digest.
    pub(crate) fingerprint: [u8; 32],
    /// The nodes in it, each once, in the order of their first mention.
    pub(crate) nodes: Vec<Mention>,
    /// The parameters in it that are values, likewise.
    pub(crate) parameters: Vec<Mention>,
    /// The resources in it, likewise.
    pub(crate) resources: Vec<Mention>,
    /// The nodes whose value it needs, where it does.
    pub(crate) demands: Vec<Mention>,
    /// Nodes and parameters that may be meant by a name in it that is neither.
    pub(crate) similar: Vec<Ident>,
}

impl Expression {
    /// Whether it is made of resources alone: then it may be one for a task, too.
    pub(crate) fn is_of_resources(&self) -> bool {
        !self.resources.is_empty() && self.nodes.is_empty() && self.parameters.is_empty()
    }
}

/// The name of a node or a parameter where it is used.
#[derive(Clone)]
pub(crate) struct Mention {
    /// The slot of the node, or the place of the parameter.
    pub(crate) index: usize,
    pub(crate) span: Span,
}

impl Flow {
    /// The parameters, to mark what is wrong with them.
    pub(crate) fn parameters_mut(&mut self) -> &mut [Parameter] {
        match &mut self.form {
            Form::Named(header) => &mut header.parameters,
            Form::Bare => &mut [],
        }
    }

    /// Where a parameter stands among those of its kind: values, or resources.
    pub(crate) fn place(&self, parameter: usize) -> usize {
        let parameters = self.parameters();
        let is_resource = parameters[parameter].is_resource();
        let earlier = parameters[..parameter].iter();
        earlier.filter(|other| other.is_resource() == is_resource).count()
    }

    /// The parameters; the bare form has none.
    pub(crate) fn parameters(&self) -> &[Parameter] {
        match &self.form {
            Form::Named(header) => &header.parameters,
            Form::Bare => &[],
        }
    }
}

impl Node {
    /// The nodes whose results its arguments use, each once.
    pub(crate) fn data(&self) -> Vec<Mention> {
        let mut found: Vec<Mention> = Vec::new();
        for argument in self.call.iter().flat_map(|call| &call.arguments) {
            for mention in argument.value.nodes() {
                if !found.iter().any(|seen| seen.index == mention.index) {
                    found.push(mention.clone());
                }
            }
        }
        found
    }

    /// The nodes that only order puts before it: those of `upstream` that are no data edge too.
    pub(crate) fn order(&self) -> Vec<Mention> {
        let data = self.data();
        let upstream = self.call.iter().flat_map(|call| &call.upstream);
        upstream
            .filter(|mention| !data.iter().any(|edge| edge.index == mention.index))
            .cloned()
            .collect()
    }
}
