//! What the author wrote, piece by piece, before any name means anything.
//! Every piece keeps its own tokens and with them its spans; no rule that needs two pieces lives here.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Expr, ExprPath, LitStr, Pat, Path, Type, Visibility};

use crate::options::Given;
use crate::options::format::Written;
use crate::rules::Rules;

/// One `flow! { … }`.
pub(crate) struct Syntax {
    pub(crate) form: Form,
    /// `crate = path`: the runtime under another name.
    pub(crate) krate: Option<Path>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) tail: Tail,
}

/// The two forms.
pub(crate) enum Form {
    /// `pub fn name(…) -> Output { … }`: an item.
    Named(Box<Header>),
    /// Statements alone: an expression.
    Bare,
}

/// All that stands before the body of the named form.
pub(crate) struct Header {
    /// Docs, `cfg`, `deprecated` and lint levels: copied to what the macro makes.
    pub(crate) attributes: Vec<Attribute>,
    /// `name = "…"`.
    pub(crate) title: Option<LitStr>,
    /// `tz = "…"`.
    pub(crate) zone: Option<LitStr>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) output: Option<Type>,
    /// Whether something stood after `->`, and could not be read.
    pub(crate) output_is_broken: bool,
}

/// `day: Date`, `limit: u32 = 1000` or `#[resource] http: Client`.
pub(crate) struct Parameter {
    pub(crate) docs: Vec<Attribute>,
    /// Where it is marked as a resource.
    pub(crate) resource: Option<Resource>,
    pub(crate) name: Ident,
    /// `None` when it could not be read, which is reported.
    pub(crate) ty: Option<Type>,
    pub(crate) default: Option<Expr>,
    /// False when its name is reserved or taken, which is reported.
    pub(crate) has_setter: bool,
}

/// `#[resource]` or `#[resource(path)]`.
pub(crate) struct Resource {
    /// What makes it on the command line.
    pub(crate) constructor: Option<ExprPath>,
}

impl Parameter {
    /// Whether it is lent to bodies, and never stored.
    pub(crate) fn is_resource(&self) -> bool {
        self.resource.is_some()
    }
}

/// `name = task(…);`
pub(crate) struct Statement {
    pub(crate) docs: Vec<Attribute>,
    /// `#[node(…)]`.
    pub(crate) options: NodeOptions,
    pub(crate) name: Ident,
    /// `None` when no task could be read, which is reported.
    pub(crate) call: Option<Call>,
}

/// What a statement says otherwise than its task: `#[node(…)]`.
#[derive(Default)]
pub(crate) struct NodeOptions {
    /// The rules by which it runs.
    pub(crate) rules: Rules,
    /// Where its result is written.
    pub(crate) target: Option<Given<LitStr>>,
    /// How, and where that stands.
    pub(crate) format: Option<Given<(Written, Span)>>,
    /// What its children are called, run side by side, and how many of them may fail.
    pub(crate) children: Children,
    /// Every known option that stands there, readable or not.
    pub(crate) seen: Vec<String>,
}

/// What a statement says of the children of a `for`.
#[derive(Default)]
pub(crate) struct Children {
    /// A path or a closure: what names a child by its item.
    pub(crate) key: Option<Given<Expr>>,
    pub(crate) at_most: Option<Given<u32>>,
    pub(crate) tolerate: Option<Given<Tolerate>>,
}

/// How many children may fail.
#[derive(Clone, Copy)]
pub(crate) enum Tolerate {
    Count(u64),
    /// From 0 to 1.
    Share(f64),
}

/// The right side of a statement; of an `if` or `match` the call in its first arm.
pub(crate) struct Call {
    pub(crate) task: Path,
    /// The parentheses.
    pub(crate) span: Span,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) upstream: Vec<Ident>,
    /// `for … in …` around it.
    pub(crate) each: Option<Each>,
    /// `if …` or `match …` around it.
    pub(crate) branch: Option<Branch>,
    /// False when a part could not be read, which is reported.
    pub(crate) complete: bool,
}

/// `if … { first } else { other }` or `match … { … => first, … => other }`.
pub(crate) struct Branch {
    pub(crate) form: BranchForm<Condition>,
    /// The calls in the arms behind the first.
    pub(crate) others: Vec<Call>,
}

/// How an arm is chosen. `C` is what the conditions are.
pub(crate) enum BranchForm<C> {
    /// A condition for each arm, but for an `else` at the end.
    If { conditions: Vec<C>, has_else: bool },
    /// What is matched, and a pattern for each arm.
    Match { of: C, patterns: Vec<Pattern<C>> },
}

/// What stands before the `=>` of an arm.
pub(crate) struct Pattern<C> {
    pub(crate) pattern: Pat,
    /// Behind `if`.
    pub(crate) guard: Option<C>,
}

/// A condition of an `if`, what is matched, or a guard.
pub(crate) struct Condition {
    /// As written.
    pub(crate) tokens: TokenStream,
    /// As parsed.
    pub(crate) expression: Expr,
}

/// `for name in items`, or `for (a, b) in zip(x, y)`.
pub(crate) struct Each {
    /// The names before `in`.
    pub(crate) names: Vec<Ident>,
    /// What each of them goes through.
    pub(crate) items: Vec<Items>,
}

/// What a `for` goes through.
pub(crate) struct Items {
    /// As written.
    pub(crate) tokens: TokenStream,
    /// As parsed.
    pub(crate) expression: Expr,
}

/// One argument, positional when it has no name.
pub(crate) struct Argument {
    pub(crate) name: Option<Ident>,
    /// As written: what is emitted, scanned for nodes and fingerprinted.
    pub(crate) tokens: TokenStream,
    /// As parsed: what the rules on bindings and control flow look at.
    pub(crate) expression: Expr,
}

/// What stands after the last `;`.
pub(crate) enum Tail {
    /// Nothing: the flow returns `()`.
    None,
    /// A name.
    Node(Ident),
    /// Something that cannot be a tail, which is reported.
    Broken,
}
