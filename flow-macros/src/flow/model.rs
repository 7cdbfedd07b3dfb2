//! A flow whose names are resolved: what the rules look at and what the expansion is made of.
//! It is data alone; `resolve` makes it from the syntax, `check` judges it.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Expr, Pat, Path};

use super::syntax::{BranchForm, Children, Form, Parameter};
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
    /// Of an `if` or `match` that in the first arm. `None` when no task could be read, which is reported.
    pub(crate) call: Option<Call>,
    /// What makes it an `if` or `match`.
    pub(crate) branch: Option<Branch>,
    /// False when its name is taken or reserved, which is reported: then no key can be made for it.
    pub(crate) has_key: bool,
    /// False when an argument does what arguments cannot do, which is reported.
    pub(crate) is_pure: bool,
}

/// The call of a task.
pub(crate) struct Call {
    pub(crate) task: Path,
    /// Of an `if` or `match`, in which arm it stands.
    pub(crate) arm: usize,
    /// The parentheses.
    pub(crate) span: Span,
    pub(crate) arguments: Vec<Argument>,
    /// The nodes after which this one runs although it uses no result of theirs.
    pub(crate) upstream: Vec<Mention>,
    /// What it is called for, item by item.
    pub(crate) each: Option<Each>,
    /// False when a part could not be read, which is reported.
    pub(crate) complete: bool,
}

/// That one of several calls is made.
pub(crate) struct Branch {
    pub(crate) form: BranchForm<Condition>,
    /// The calls in the arms behind the first.
    pub(crate) others: Vec<Call>,
}

/// A condition, what is matched, or a guard.
pub(crate) struct Condition {
    pub(crate) value: Expression,
    /// As parsed, for the rules on bindings and control flow.
    pub(crate) parsed: Expr,
    /// Whether it is the name of a node alone.
    pub(crate) is_node: bool,
}

/// That a task is called once for each item.
pub(crate) struct Each {
    /// The names before `in`, with what each of them goes through.
    pub(crate) items: Vec<Items>,
    pub(crate) children: Children,
}

/// A name before `in`.
pub(crate) struct Items {
    pub(crate) name: Ident,
    pub(crate) of: Of,
    /// As parsed, for the rules on bindings and control flow.
    pub(crate) expression: Expr,
}

/// What a name before `in` goes through.
pub(crate) enum Of {
    /// The results of another `for`, child by child.
    Children(Mention),
    /// The result of a node.
    Node(Mention),
    /// A parameter.
    Parameter(Mention),
    /// What an expression gives.
    Expression(Expression),
}

impl Of {
    /// The `for` whose results it is, child by child.
    pub(crate) fn children(&self) -> Option<&Mention> {
        match self {
            Self::Children(mention) => Some(mention),
            Self::Node(_) | Self::Parameter(_) | Self::Expression(_) => None,
        }
    }

    /// The nodes whose results it needs as a whole.
    fn nodes(&self) -> Vec<&Mention> {
        match self {
            Self::Node(mention) => vec![mention],
            Self::Expression(expression) => expression.nodes.iter().collect(),
            Self::Children(_) | Self::Parameter(_) => Vec::new(),
        }
    }
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
    /// The name alone of the item that a `for` is at.
    Item(Mention),
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
            Self::Parameter(_) | Self::Resource(_) | Self::Item(_) | Self::Literal { .. } => Vec::new(),
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
    /// The items of a `for` in it, likewise.
    pub(crate) items: Vec<Mention>,
    /// The resources in it, likewise.
    pub(crate) resources: Vec<Mention>,
    /// Where it uses names that an arm's pattern binds: the nodes and parameters from which these come.
    pub(crate) behind: Option<Box<Behind>>,
    /// The nodes whose value it needs, where it does.
    pub(crate) demands: Vec<Mention>,
    /// Nodes and parameters that may be meant by a name in it that is neither.
    pub(crate) similar: Vec<Ident>,
}

impl Expression {
    /// Whether it is made of resources alone: then it may be one for a task, too.
    pub(crate) fn is_of_resources(&self) -> bool {
        !self.resources.is_empty()
            && self.nodes.is_empty()
            && self.parameters.is_empty()
            && self.items.is_empty()
            && self.behind.is_none()
    }
}

/// What variables come from.
#[derive(Clone)]
pub(crate) struct Behind {
    pub(crate) nodes: Vec<Mention>,
    pub(crate) parameters: Vec<Mention>,
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

impl Branch {
    /// All that decides which arm it is.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let (all, of, patterns) = match &self.form {
            BranchForm::If { conditions, .. } => (&conditions[..], None, &[][..]),
            BranchForm::Match { of, patterns } => (&[][..], Some(of), &patterns[..]),
        };
        let guards = patterns.iter().filter_map(|pattern| pattern.guard.as_ref());
        all.iter().chain(of).chain(guards)
    }

    pub(crate) fn conditions_mut(&mut self) -> impl Iterator<Item = &mut Condition> {
        let (all, of, patterns) = match &mut self.form {
            BranchForm::If { conditions, .. } => (&mut conditions[..], None, &mut [][..]),
            BranchForm::Match { of, patterns } => (&mut [][..], Some(of), &mut patterns[..]),
        };
        let guards = patterns.iter_mut().filter_map(|pattern| pattern.guard.as_mut());
        all.iter_mut().chain(of).chain(guards)
    }

    /// The nodes in it, each once.
    pub(crate) fn nodes(&self) -> Vec<Mention> {
        once(self.conditions().flat_map(|condition| &condition.value.nodes))
    }

    /// The patterns in front of the arms of a `match`.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = &Pat> {
        let patterns = match &self.form {
            BranchForm::If { .. } => &[][..],
            BranchForm::Match { patterns, .. } => &patterns[..],
        };
        patterns.iter().map(|pattern| &pattern.pattern)
    }

    /// Whether there may be no call.
    pub(crate) fn may_skip(&self) -> bool {
        matches!(self.form, BranchForm::If { has_else: false, .. })
    }
}

impl Call {
    /// Every expression that it evaluates, as parsed.
    fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let arguments = self.arguments.iter().map(|argument| &argument.expression);
        arguments.chain(self.items().map(|items| &items.expression))
    }

    /// What it goes through, where it is that of a `for`.
    pub(crate) fn items(&self) -> impl Iterator<Item = &Items> {
        self.each.iter().flat_map(|each| &each.items)
    }

    /// The nodes whose results it uses, each once.
    pub(crate) fn data(&self) -> Vec<Mention> {
        once(self.mentions())
    }

    fn mentions(&self) -> impl Iterator<Item = &Mention> {
        let arguments = self.arguments.iter().flat_map(|argument| argument.value.nodes());
        arguments.chain(self.items().flat_map(|items| items.of.nodes()))
    }
}

impl Node {
    /// Its call; of an `if` or `match` those of all arms.
    pub(crate) fn calls(&self) -> impl Iterator<Item = &Call> {
        let others = self.branch.iter().flat_map(|branch| &branch.others);
        self.call.iter().chain(others)
    }

    pub(crate) fn calls_mut(&mut self) -> impl Iterator<Item = &mut Call> {
        let others = self.branch.iter_mut().flat_map(|branch| &mut branch.others);
        self.call.iter_mut().chain(others)
    }

    /// Every expression that it evaluates, as parsed, with what that is.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = (&'static str, &Expr)> {
        let conditions = self.branch.iter().flat_map(Branch::conditions);
        let conditions = conditions.map(|condition| ("a condition", &condition.parsed));
        let arguments = self.calls().flat_map(Call::expressions);
        arguments
            .map(|argument| ("an argument", argument))
            .chain(conditions)
    }

    /// The nodes whose results its arguments and conditions use, each once.
    pub(crate) fn data(&self) -> Vec<Mention> {
        self.data_among(self.calls())
    }

    fn data_among<'a>(&'a self, calls: impl Iterator<Item = &'a Call>) -> Vec<Mention> {
        let conditions = self.branch.iter().flat_map(Branch::conditions);
        let conditions = conditions.flat_map(|condition| &condition.value.nodes);
        once(conditions.chain(calls.flat_map(Call::mentions)))
    }

    /// How it goes through items, where it is a `for`.
    pub(crate) fn each(&self) -> Option<&Each> {
        self.call.as_ref()?.each.as_ref()
    }

    /// What it goes through, where it is a `for`.
    pub(crate) fn items(&self) -> impl Iterator<Item = &Items> {
        self.call.iter().flat_map(Call::items)
    }

    /// Whether it is a `for`.
    pub(crate) fn is_for(&self) -> bool {
        self.each().is_some()
    }

    /// Every mention of a node through whose children it goes.
    pub(crate) fn children(&self) -> impl Iterator<Item = &Mention> {
        self.items().filter_map(|items| items.of.children())
    }

    /// The nodes through whose children it goes, each once.
    pub(crate) fn beside(&self) -> Vec<Mention> {
        once(self.children())
    }

    /// The nodes that only order puts before it: those of `upstream` that are no data edge too.
    pub(crate) fn order(&self) -> Vec<Mention> {
        self.order_among(self.data(), self.calls())
    }

    /// The data edges of one of its calls, in an arm also those of the conditions.
    pub(crate) fn data_of<'a>(&'a self, call: &'a Call) -> Vec<Mention> {
        self.data_among(core::iter::once(call))
    }

    /// The other edges of that call.
    pub(crate) fn order_of(&self, call: &Call) -> Vec<Mention> {
        self.order_among(self.data_of(call), core::iter::once(call))
    }

    fn order_among<'a>(&self, mut data: Vec<Mention>, calls: impl Iterator<Item = &'a Call>) -> Vec<Mention> {
        data.extend(self.beside());
        behind(calls.flat_map(|call| &call.upstream), &data)
    }
}

/// Each node once.
pub(crate) fn once<'a>(mentions: impl Iterator<Item = &'a Mention>) -> Vec<Mention> {
    let mut once: Vec<Mention> = Vec::new();
    for mention in mentions {
        if !once.iter().any(|seen| seen.index == mention.index) {
            once.push(mention.clone());
        }
    }
    once
}

/// Each node once that is none of these.
fn behind<'a>(mentions: impl Iterator<Item = &'a Mention>, known: &[Mention]) -> Vec<Mention> {
    once(mentions.filter(|mention| !known.iter().any(|edge| edge.index == mention.index)))
}
