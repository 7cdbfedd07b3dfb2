//! The macros of flow: `#[task]` and `flow!`.
#![forbid(unsafe_code)]

mod errors;
mod fingerprint;
mod flow;
mod location;
mod suggest;
mod task;
mod template;

use proc_macro::TokenStream;

/// Makes a task of a free function.
#[proc_macro_attribute]
pub fn task(attr: TokenStream, item: TokenStream) -> TokenStream {
    task::task(attr.into(), item.into()).into()
}

/// Declares a flow: a graph of calls of tasks, checked at compile time.
///
/// The **named form** is an item. It makes a function of the flow's name, which takes the parameters that have no
/// default and returns a value ready to run, and beside it a type of the same name, whose methods are the keys of the
/// nodes.
///
/// ```ignore
/// flow! {
///     /// Nightly report.
///     #[flow(name = "nightly report", tz = "Europe/Berlin")]
///     pub fn nightly(day: Date, limit: u32 = 1000) -> Summary {
///         rows   = fetch(day, limit);
///         report = summarise(rows: rows, day: day);
///         t1     = task1();
///         done   = notify(report, upstream: [t1]);
///         report
///     }
/// }
///
/// let run = nightly(day).limit(100).run()?;
/// let rows = run.result(nightly::rows)?;
/// ```
///
/// The **bare form** is an expression, a flow without a name that captures nothing:
///
/// ```ignore
/// let f = flow! { t1 = task1(); t3 = task3(upstream: [t1]); };
/// ```
///
/// # Statements
///
/// `name = task(arguments);` is one node, in any order; `let` before it is accepted. Arguments are positional or
/// named, all or none. The name of a node or parameter alone is borrowed or cloned as the task takes it; in any other
/// expression a node's result is `&T`, and a parameter has its declared type. Wherever a node's name stands in an
/// argument, in macro calls and format strings too, the node waits for it. `upstream: [a, b]` puts nodes before this
/// one whose results it does not use. The name of a node behind the last `;` is the tail: the flow's result.
///
/// # Options
///
/// `#[flow(name = "…")]`, `#[flow(tz = "…")]` (the zone of the logical time; only its form is checked at compile time,
/// since which zones there are depends on the machine that runs the flow) and `#[flow(crate = path)]`, which in the
/// bare form is written `#![flow(crate = path)]`. Docs, `cfg`, `deprecated` and lint levels are copied; docs of
/// parameters become help texts and docs of statements those of their keys.
#[proc_macro]
pub fn flow(input: TokenStream) -> TokenStream {
    flow::flow(input.into()).into()
}
