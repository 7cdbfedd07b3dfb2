//! The macros of flow: `#[task]` and `flow!`.
#![forbid(unsafe_code)]

mod docs;
mod errors;
mod fingerprint;
mod flow;
mod location;
mod options;
mod rules;
mod suggest;
mod task;
mod template;

use proc_macro::TokenStream;

/// Makes a task of a free function, sync or `async`.
///
/// The function stays what it is and can be called. Beside it stands a struct of the same name, the *task struct*: its
/// public fields are the function's parameters, it implements `Task`, and `flow!` fills it in. One `use` imports both.
///
/// ```
/// use flow_runtime::{Context, Date, Runner, flow, task};
///
/// /// Reads the readings of one day.
/// #[task]
/// fn read(day: Date) -> Result<Vec<f64>, std::num::ParseFloatError> {
///     ["1.5", "2.5"].iter().map(|text| text.parse()).collect()
/// }
///
/// #[task(target = "means/<day>/<task_name>.json", version = 2)]
/// fn mean(readings: &[f64], day: Date, context: &Context) -> f64 {
///     println!("{} on {day}", context.node());
///     readings.iter().sum::<f64>() / readings.len() as f64
/// }
///
/// flow! {
///     fn daily(day: Date) -> f64 {
///         readings = read(day);
///         mean = mean(readings, day);
///         mean
///     }
/// }
///
/// let run = Runner::in_memory().run(daily("2026-11-23".parse()?))?;
/// assert_eq!(*run.output(), 2.0);
/// assert_eq!(mean { readings: &[3.0], day: Date::MIN }.readings, [3.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Parameters and result
///
/// A parameter is one name with an owned type or a shared reference, `mut` or not; doc comments on it are those of the
/// field. `&Context` is no argument: the runtime gives it, and what a body reads from it outdates no target, so a task that
/// reads the logical time has `<date>` in its target or takes the day as an argument. The result is `T` or `Result<T, E>`, told apart by type, where
/// `E` becomes a `Box<dyn Error + Send + Sync>`; it owns its data and is `Send + Sync`. What a task cannot take (`self`,
/// `&mut`, type parameters, `impl Trait`, patterns, a parameter named `upstream`) is an error that says what to write. A task is a free function:
/// no macro sees the `impl` block around it, so of a function in one that says neither `self` nor `Self` rustc reports
/// that a struct is not supported there.
///
/// # Resources
///
/// A parameter `#[resource] name: &T` is lent what the flow's [resource](macro@flow#resources) is, and takes nothing else. It is no
/// argument: no target shows it, and another one makes no result stale. Its field in the task struct is a
/// [`FlowResource`](../flow_runtime/struct.FlowResource.html), which only `flow!` makes; the function itself takes the `&T`.
///
/// # Options
///
/// * `target = "…"`: where the checkpoint lies, as a path in the store. Variables are `<date>`, `<date:%Y-%m-%d>` (any
///   strftime format; one that writes `/` makes directories), `<task_name>`, `<node>`, `<flow_name>`, `<run_id>`,
///   `<version>`, `<args>` (a digest of all arguments: results of other arguments lie beside each other) and the task's arguments by
///   name; `{date}` is the same. The characters `<`, `>`, `{`, `}` themselves are written twice.
/// * `format = text|json|bytes|msgpack|csv|postcard`: how a target is written, where its extension (`.txt`, `.json`, `.bin`,
///   `.msgpack`, `.csv`, `.postcard`) does not say it. CSV and postcard need flow-runtime's features `csv` and `postcard`.
///   A second extension, `.json.gz` or `.json.zst`, compresses the file, with flow-runtime's features `gzip` and `zstd`.
///   `format = path::Type` is an author's own: a type that implements `flow_runtime::checkpoint::Format`.
///   A body that returns an [`OutputFile`](../flow_runtime/struct.OutputFile.html) writes the file itself: then any extension, or
///   none, is its own affair.
/// * `name = "…"`: the name that people and `<task_name>` read; the function's name without it.
/// * `version = 2` or `"…"`: another one outdates older checkpoints.
/// * `on_change = rerun`: a target that an earlier text of the body has made is made again. `on_change = reuse`, and nothing, reuse
///   it, and say so.
/// * `checkpoint = false`: the result lives in memory only; an `OutputFile` is a temporary file.
/// * `crate = path`: where the crate `flow_runtime` is, `::flow_runtime` without it.
///
/// ```
/// use flow_runtime::{Runner, flow, task};
///
/// /// `words.csv` is written by `Display`; a reader that changes raises `version`.
/// #[task(name = "words", target = "<task_name>.csv", format = text, version = 2)]
/// fn read_words() -> String { "a quick red fox".to_owned() }
///
/// /// Lives as long as it is needed, so it need not be `Serialize`.
/// #[task(checkpoint = false)]
/// fn pattern() -> std::collections::HashSet<char> { "aeiou".chars().collect() }
///
/// #[task]
/// fn matches(text: &str, pattern: &std::collections::HashSet<char>) -> usize {
///     text.chars().filter(|letter| pattern.contains(letter)).count()
/// }
///
/// let f = flow! { w = read_words(); p = pattern(); m = matches(w, p); m };
/// assert_eq!(*Runner::in_memory().run(f)?.output(), 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Beside these stand the rules by which its nodes run; see [below](#rules-of-a-run).
///
/// # Checkpoints
///
/// Records know a task by its function, the module and, inside a function, that function: with another body or in another
/// line it is the same task, under another name it is another. What a format cannot give back is refused when the
/// result is written, as a float that is not finite and more than 127 levels in JSON; but `Some(None)` and `Some(())` are
/// `None` when they are read, because serde writes them alike.
///
/// # Rules of a run
///
/// The rules by which its nodes run, which [`#[node(…)]`](macro@flow#options-of-a-node) overrides for one of them.
/// A duration is a string of numbers with units, the largest unit first, as `"10s"`, `"1h 30m"`, `"250ms"`, `"1.5s"` or
/// `"2 hours, 5 minutes"`. The units are hours, minutes, seconds, milliseconds, microseconds and nanoseconds; days and
/// more are written in hours, since not all are as long. It is not negative and at most a hundred years; other forms, as
/// `"PT5M"` and `"00:05:00"`, are refused with what to write. A number has no suffix.
///
/// * `retries = 3`: how often a failed attempt is repeated; never without it. An attempt fails by an error, a panic, a
///   timeout, or by an error of the store that may pass by itself, as a full disk: then the result that is there already is
///   written again, and the body does not run. A file that makes no sense, a path that cannot be and a store that may not
///   be written are no better next time, and not repeated.
/// * `retry_delay = "10s"`: from the end of a failed attempt to the start of the next.
/// * `backoff(factor = 2, max = "10m", jitter = 0.1)`: how the delay grows: each is the last one times `factor`, none is
///   longer than `max`, and each is made up to this part longer or shorter, by chance. A delay of nothing does not grow, so
///   it stands beside a `retry_delay` that is no longer than `max`.
/// * `retry_if = path::to::function`: an `fn(&E) -> bool` that says which errors of the body another attempt may mend. On
///   the task only.
/// * `timeout = "5m"`: how long one attempt may take.
/// * `trigger = all_finished`: what its upstream must have come to for it to run: `all_successful` (without the option),
///   `all_failed`, `any_successful`, `any_failed`, `all_finished`, `not_all_skipped`, or the path of a function
///   `fn(&[UpstreamState]) -> bool`. [`Trigger`](../flow_runtime/plan/enum.Trigger.html) shows each.
/// * `skip_on_upstream_skip = false`: it runs though an upstream was skipped; without it, it is skipped too.
/// * `tags = ["db"]`: words by which [`Runner::at_most`](../flow_runtime/struct.Runner.html#method.at_most) limits how many
///   nodes run at once.
/// * `on_state = path::to::hook`: called at every change of the node's state, with
///   [`&NodeInfo`](../flow_runtime/struct.NodeInfo.html), the old `&State` and the new one; it returns nothing, a `Signal`, an
///   `Option` of one, or a `Result` of these.
/// * `on_failure = path::to::hook`: called once, with [`&FailedNode`](../flow_runtime/struct.FailedNode.html), when the node
///   has finally failed; it returns nothing, or a `Result` of it.
///
/// ```
/// use flow_runtime::{Context, Runner, flow, task};
/// use std::io::{Error, ErrorKind};
///
/// fn may_pass(error: &Error) -> bool {
///     error.kind() == ErrorKind::ConnectionReset
/// }
///
/// // 5 ms after the first attempt, 10 ms after the second, 15 ms after all others, each by a fifth more or less.
/// #[task(retries = 4, retry_delay = "5ms", backoff(factor = 2, max = "15ms", jitter = 0.2), retry_if = may_pass)]
/// fn fetch(page: &str, cx: &Context) -> Result<String, Error> {
///     match (page, cx.attempt()) {
///         ("home", 1 | 2) => Err(ErrorKind::ConnectionReset.into()),
///         ("home", attempt) => Ok(format!("fetched at attempt {attempt}")),
///         _ => Err(ErrorKind::NotFound.into()),
///     }
/// }
///
/// let f = flow! { home = fetch("home"); other = fetch("other"); };
/// let run = Runner::in_memory().run_to_end(f)?;
/// assert_eq!(run.result(f.home())?, "fetched at attempt 3");
/// assert_eq!(run.node_state(f.other()).to_string(), "Failed: entity not found");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// An async body that is past its `timeout` is dropped where it waits, a plain one is abandoned: it runs on, and its late
/// result is never seen. It can look at `Context::time_left` and `Context::is_cancelled`. One that does neither keeps its thread
/// for as long as it runs; another takes its place, so that a body which is stuck in every attempt piles up threads. An async body
/// that blocks its thread holds up the others that are polled there; a second after its `timeout` it counts as stuck, and another
/// thread polls them.
///
/// ```
/// use flow_runtime::{Context, Runner, flow, task};
///
/// #[task(timeout = "200ms", retries = 1)]
/// async fn answer(cx: &Context) -> u32 {
///     if cx.attempt() == 1 { std::future::pending::<()>().await }
///     cx.attempt()
/// }
///
/// #[task(timeout = "20ms")]
/// fn search(cx: &Context) -> Result<u32, String> {
///     while !cx.is_cancelled() { std::thread::yield_now() }
///     Err("not found in time".to_owned())
/// }
///
/// let f = flow! { a = answer(); b = search(); };
/// let run = Runner::in_memory().run_to_end(f)?;
/// assert_eq!(*run.result(f.a())?, 2);
/// assert_eq!(run.node_state(f.b()).to_string(), "TimedOut: took longer than its timeout of 20ms");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A node whose upstream was skipped is skipped too, unless it says otherwise:
///
/// ```
/// use flow_runtime::{BoxError, Context, Runner, flow, task};
///
/// #[task]
/// fn bonus(rows: u32, cx: &Context) -> Result<u32, BoxError> {
///     if rows < 3 { return Err(cx.skip("too few rows").into()) }
///     Ok(100)
/// }
///
/// #[task]
/// fn double(bonus: u32) -> u32 { 2 * bonus }
///
/// #[task(skip_on_upstream_skip = false)]
/// fn total(rows: u32, bonus: Option<&u32>) -> u32 { rows + bonus.unwrap_or(&0) }
///
/// let f = flow! { extra = bonus(2); twice = double(extra); sum = total(2, extra); sum };
/// let run = Runner::in_memory().run(f)?;
/// assert_eq!(run.node_state(f.twice()).to_string(), "Skipped: `extra` is Skipped");
/// assert_eq!(*run.output(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Of the nodes with a tag only so many run at once as the runner says; hooks hear of every change, and of the end that is
/// no success:
///
/// ```
/// use flow_runtime::{FailedNode, NodeInfo, Runner, Signal, State, flow, task};
///
/// fn patient(_node: &NodeInfo<'_>, _old: &State, new: &State) -> Option<Signal> {
///     (new.kind.is_failed() && new.message.contains("maintenance")).then(|| Signal::skip("it is closed today"))
/// }
///
/// fn alert(failed: &FailedNode<'_>) {
///     eprintln!("{} after {} attempts: {}", failed.node().name(), failed.attempts().len(), failed.state());
/// }
///
/// #[task(tags = ["db"], on_state = patient, on_failure = alert)]
/// fn query(table: &str) -> Result<u32, String> {
///     Err(format!("{table}: {}", if table == "staff" { "maintenance" } else { "no such table" }))
/// }
///
/// let f = flow! { staff = query("staff"); stuff = query("stuff"); };
/// let run = Runner::in_memory().at_most("db", 1).run_to_end(f)?;
/// assert_eq!(run.node_state(f.staff()).to_string(), "Skipped: it is closed today");
/// assert_eq!(run.node_state(f.stuff()).to_string(), "Failed: stuff: no such table");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Triggers and outcomes
///
/// A parameter says what it takes of an upstream: `T` and `&T` its value, `Option<&T>` the value or that it was skipped,
/// `Outcome<&T>` whatever became of it. Under a rule by which a node may run without the value, every argument that is an
/// upstream's name must be taken so: `Option<&T>` with `skip_on_upstream_skip = false`, `Outcome<&T>` under
/// every trigger but `all_successful` and `not_all_skipped`. All else is an error at the argument.
///
/// ```
/// use flow_runtime::plan::UpstreamState;
/// use flow_runtime::{Outcome, Runner, flow, task};
///
/// #[task]
/// fn measure(sensor: &str) -> Result<f64, String> {
///     match sensor {
///         "roof" => Ok(21.5),
///         _ => Err(format!("no sensor in the {sensor}")),
///     }
/// }
///
/// fn at_least_half(upstream: &[UpstreamState]) -> bool {
///     2 * upstream.iter().filter(|upstream| upstream.state.is_failed()).count() >= upstream.len()
/// }
///
/// #[task(trigger = at_least_half)]
/// fn alarm(a: Outcome<&f64>, b: Outcome<&f64>) -> String {
///     let failures = [a.failure(), b.failure()].into_iter().flatten();
///     failures.map(|failure| failure.message()).collect()
/// }
///
/// #[task]
/// fn mean(a: Outcome<&f64>, b: Outcome<&f64>) -> f64 {
///     let values: Vec<f64> = [a, b].into_iter().filter_map(Outcome::success).copied().collect();
///     values.iter().sum::<f64>() / values.len() as f64
/// }
///
/// flow! {
///     fn temperature() -> f64 {
///         roof   = measure("roof");
///         cellar = measure("cellar");
///         called = alarm(roof, cellar);
///         #[node(trigger = any_successful)]
///         mean = mean(roof, cellar);
///         mean
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let run = Runner::in_memory().run(temperature())?;
/// assert_eq!(*run.output(), 21.5);
/// assert_eq!(run.result(temperature::called)?, "no sensor in the cellar");
/// # Ok(())
/// # }
/// ```
///
/// # A module of the same name
///
/// The task struct lives where modules do: `mod parse; use parse::parse;` is an error of rustc (E0255). Write
/// `parse::parse(..)` in the flow instead.
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
/// ```
/// use flow_runtime::{Date, Runner, flow, task};
///
/// #[task]
/// fn fetch(day: Date, limit: u32) -> Vec<u32> {
///     (0..limit).map(|hour| hour + u32::from(day.day().unsigned_abs())).collect()
/// }
///
/// #[task]
/// fn largest(rows: &[u32]) -> u32 {
///     rows.iter().copied().max().unwrap_or_default()
/// }
///
/// #[task]
/// fn notify(text: &str) {
///     println!("{text}");
/// }
///
/// flow! {
///     /// Nightly report.
///     #[flow(name = "nightly report", tz = "Europe/Berlin")]
///     fn nightly(day: Date, limit: u32 = 1000) -> u32 {
///         rows = fetch(day, limit);
///         top  = largest(rows: rows);
///         told = notify(&format!("{} rows, {top} at most", rows.len()));
///         done = notify("done", upstream: [told]);
///         top
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let run = Runner::in_memory().run(nightly("2026-11-23".parse()?).limit(3))?;
/// assert_eq!(*run.output(), 25);
/// assert_eq!(run.result(nightly::rows)?, &[23, 24, 25]);
/// # Ok(())
/// # }
/// ```
///
/// The **bare form** is an expression, a flow without a name that captures nothing:
///
/// ```
/// # use flow_runtime::{Runner, flow, task};
/// #[task]
/// fn one() -> u32 { 1 }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let f = flow! { first = one(); second = one(upstream: [first]); };
/// let run = Runner::in_memory().run(f)?;
/// assert_eq!(*run.result(f.second())?, 1);
/// # Ok(())
/// # }
/// ```
///
/// # Statements
///
/// `name = task(arguments);` is one node, in any order; `let` before it is accepted. Arguments are positional or
/// named, all or none. The name of a node or parameter alone is borrowed or cloned as the task takes it. A list of such names, at
/// least one of them a node's, goes to a parameter `Vec<T>`, `&[&T]`, `&[T]` or `[T; N]`, each element as by itself:
/// `merge(parts: [a, b, c])` with `parts: &[Outcome<&Part>]` takes also what failed. In any other expression a node's result is
/// `&T` (`Option<&T>` or `Outcome<&T>` where the rules of the node let it run without), and a parameter has its declared type.
/// Wherever a node's name stands in an argument, in macro calls and format strings too, the node waits for it. A task called
/// inside an argument, as in `b = sum(rows(a));`, is a plain call of its function: no node, no target, nothing kept.
/// `upstream: [a, b]` puts nodes before this one whose results it does not use. The name of a node behind the last `;` is the
/// tail: the flow's result.
///
/// # One task for many items
///
/// `name = for item in items { task(item) };` is one node with a child for each item. Children run beside each other; each has a
/// state, retries and a checkpoint of its own, and their results are in the order of the items. After `in` stands the bare name of
/// a node or parameter, or an expression that gives an iterator of owned items, evaluated once. What gives a slice is gone
/// through where it is; maps and sets are listed once, a hash map in the order of its keys. Items are serializable: by its digest
/// a child is known to be up to date. Empty input is a success with an empty list.
///
/// * `for (a, b) in zip(xs, ys)` goes through up to three lists side by side; that they are of different lengths is the
///   node's failure.
/// * A `for` through the bare name of another `for` goes on child by child, without waiting for all. A child that fails makes
///   those behind it TriggerFailed; the others go on.
/// * A task that takes all results says how: `&[&T]`; `&[T]` or `Vec<T>`, which clone; `&[Outcome<&T>]`, which says what became
///   of each; [`Each<T>`](../flow_runtime/struct.Each.html), which reads one at a time. Unless it is one of the last two all
///   children must succeed. In an expression the name is a `&[&T]`, under `tolerate` a `&[Outcome<&T>]`. The key of a `for`
///   gives a [`Mapped<T>`](../flow_runtime/struct.Mapped.html).
/// * `#[node(at_most = 32)]`: so many children run at a time; without it 64 async ones, and as many others as there are workers.
/// * `#[node(tolerate = 200)]`, `#[node(tolerate = "1%")]`: so many children may fail, and the node is a success. Who reads it
///   takes `&[Outcome<&T>]` or `Each<T>`.
/// * `#[node(key = |item| &item.id)]`, a closure or a path: what names a child, in the place of its number. With it an item that is
///   added in the middle runs one child. Equal keys are the node's failure. The children of a `for` through another's results have
///   the keys of those.
/// * A target tells children apart, by an argument that is of the item, `<index>`, `<key>` or `<args>`: a compile error otherwise.
///
/// ```
/// use flow_runtime::{Outcome, Runner, flow, task};
///
/// #[task(retries = 1)]
/// fn fetch(page: &str) -> Result<String, String> {
///     if page == "gone" { Err("404".to_owned()) } else { Ok(format!("<{page}>")) }
/// }
///
/// #[task]
/// fn measure(text: &str) -> usize { text.len() }
///
/// #[task]
/// fn report(sizes: &[Outcome<&usize>]) -> String {
///     let found = sizes.iter().filter(|size| size.is_success()).count();
///     format!("{found} of {} pages", sizes.len())
/// }
///
/// flow! {
///     fn crawl(pages: Vec<String>) -> String {
///         #[node(key = |page| page, at_most = 8)]
///         texts = for page in pages { fetch(page) };
///         #[node(tolerate = "50%")]
///         sizes = for text in texts { measure(text) };
///         told = report(sizes);
///         told
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let pages = ["start", "gone", "end"].map(str::to_owned).into();
/// let run = Runner::in_memory().run_to_end(crawl(pages))?;
/// assert_eq!(run.output(), "2 of 3 pages");
/// # Ok(())
/// # }
/// ```
///
/// # One of several tasks
///
/// `name = if condition { task(..) } else { other(..) };` is one node that makes one of several calls, and so is
/// `name = match value { pattern => task(..), _ => other(..) };`. `else if`, `if let`, guards and patterns are Rust's. Conditions,
/// what is matched and guards are expressions like those in arguments: a node's result is `&T` in them, a parameter has its declared
/// type, and the name of a node alone, in an `if`, is what it has come to. What a pattern binds is a variable in the arguments of its
/// arm. The arms are calls of tasks with one type of output, which the first one gives.
///
/// * The node waits for whatever one of its conditions or arms names. An arm is chosen when all that the conditions name is there,
///   and only what the chosen arm names must be: what another arm names may have failed or been skipped.
/// * Conditions are evaluated once to choose, and again with the arguments of each attempt. They must be pure: where they come to
///   another arm, that is the node's failure, as a panic in one is.
/// * The chosen task's options hold: its target, retries, tags. `#[node(..)]` before the statement holds for every arm, its `trigger`
///   also for the choice: with `trigger = all_finished` a condition sees `Outcome<&T>`.
/// * An `if` without `else` may be skipped. Then a task that takes its result is skipped too, unless it takes `Option<&T>`: that is
///   `None`.
/// * A run that goes on, in another process too, keeps the arm that it has chosen.
///
/// ```
/// use flow_runtime::{Runner, StateType, flow, task};
///
/// #[task]
/// fn rows(count: u32) -> Vec<u32> { (0..count).collect() }
///
/// #[task]
/// fn sum(rows: &[u32]) -> u32 { rows.iter().sum() }
///
/// #[task(retries = 2)]
/// async fn estimate(first: u32, count: usize) -> u32 { first + 2 * u32::try_from(count).unwrap_or(u32::MAX) }
///
/// #[task]
/// fn tell(sum: u32, warning: Option<&String>) -> String {
///     warning.map_or_else(|| sum.to_string(), |warning| format!("{sum}, {warning}"))
/// }
///
/// #[task]
/// fn warn(text: &str) -> String { text.to_uppercase() }
///
/// flow! {
///     fn report(count: u32, exact: bool = true) -> String {
///         all = rows(count);
///         total = match all.as_slice() {
///             [first, ..] if !exact => estimate(*first, all.len()),
///             _ => sum(all),
///         };
///         warning = if *total > 100 { warn("large") };
///         text = tell(total, warning);
///         text
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let run = Runner::in_memory().run(report(10))?;
/// assert_eq!(run.output(), "45");
/// assert_eq!(run.node_state(report::warning).kind, StateType::Skipped);
/// let run = Runner::in_memory().run(report(100).exact(false))?;
/// assert_eq!(run.output(), "200, LARGE");
/// # Ok(())
/// # }
/// ```
///
/// # Resources
///
/// A parameter marked `#[resource]` is what bodies share and nobody can store, as a pool or a client: any type that is
/// `Send + Sync + 'static`. The flow's function takes it in its place, and so does `restore`, after the state, for it is part of no state. The run
/// lends it to the tasks whose parameters are marked too, and drops it after the last body. Its bare name goes to a parameter
/// `&T` (`&str`, `&[T]`, and what `Arc` and `Box` hold, as in `&dyn Trait`); in an expression it is `&T`, and where the expression
/// names resources alone, that may be lent too, as `&pool.inner`. Such an expression has exactly the type that the task takes, or `&String` for `&str`, `&Vec<T>` for
/// `&[T]`. Any other parameter takes what an expression makes of a resource, but never the resource by its name; of such an expression its
/// tokens count, and nothing of the resource.
///
/// `#[resource(path)]` names what makes it on the command line: a function without parameters that returns `T` or `Result<T, E>`, or an
/// `async fn`, told apart by type. It is called once for a command that drives a run, before anything starts, on the runtime of
/// the async bodies. A resource has no default.
///
/// ```
/// use flow_runtime::{Budget, Runner, Slice, flow, task};
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// struct Pool { asked: AtomicU32, names: Vec<String> }
///
/// impl Pool {
///     fn open() -> std::io::Result<Self> {
///         Ok(Pool { asked: AtomicU32::new(0), names: vec!["a".to_owned(), "b".to_owned()] })
///     }
/// }
///
/// #[task(target = "<args>.txt")]
/// async fn query(#[resource] pool: &Pool, row: usize) -> String {
///     pool.asked.fetch_add(1, Ordering::Relaxed);
///     pool.names[row].clone()
/// }
///
/// #[task]
/// fn joined(#[resource] names: &[String], last: &str, count: usize) -> String {
///     format!("{} … {last}, {count} in all", names[0])
/// }
///
/// flow! {
///     fn listed(#[resource(Pool::open)] pool: Pool, row: usize = 1) -> String {
///         last = query(pool, row);
///         all = joined(&pool.names, last, pool.names.len());
///         all
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let runner = Runner::in_memory();
/// let Slice::CallAgain { state, .. } = runner.slice(listed(Pool::open()?), Budget::tasks(1))? else { unreachable!() };
/// let run = runner.run(listed::restore(state, Pool::open()?)?)?;
/// assert_eq!(run.output(), "a … b, 2 in all");
/// # Ok(())
/// # }
/// ```
///
/// # What makes an argument another one
///
/// A target is reused while the arguments of its node are the same. Of an argument the digests of the results and
/// parameters that it names count, and its own tokens; an expression is not evaluated for that. What stands behind a
/// constant, a function call or the environment is not seen: `scale(rows, FACTOR)` is the same argument whatever
/// `FACTOR` is. Pass such a value as a parameter of the flow.
///
/// # Options
///
/// `#[flow(name = "…")]`, `#[flow(tz = "…")]` (the zone of the logical time; only its form is checked at compile time,
/// since which zones there are depends on the machine that runs the flow) and `#[flow(crate = path)]`, which in the
/// bare form is written `#![flow(crate = path)]`. Docs, `cfg`, `deprecated` and lint levels are copied; docs of
/// parameters become help texts and docs of statements those of their keys.
///
/// # Options of a node
///
/// `#[node(…)]` before a statement says what holds for this node and not for others of its task, in the words of
/// [`#[task(…)]`](macro@task#options). Two such attributes are as one.
///
/// * `target = "…"` and `format`: where and how this node's result is written, in the place of its task's target. Beside
///   the built-in variables and the arguments of the task it may name the parameters of the flow; where both have the
///   name, the argument is meant. Values are shown by their `Display`.
/// * `retries`, `retry_delay`, `backoff`, `timeout`, `trigger`, `skip_on_upstream_skip`, `tags`, `on_state` and
///   `on_failure`: [how it runs](macro@task#rules-of-a-run). What it does not say is as the task says; a list or a `backoff`
///   replaces the task's as a whole, and `retries = 0`, `retry_delay = "0s"`, `backoff(factor = 1)` and `tags = []` take
///   back what the task says. Options that say nothing beside those of the task are an error at the node. On a `for` they hold
///   for each child; its `trigger` also for when it makes them. On an `if` or `match` they hold for every arm, and must say something
///   in one.
/// * `key`, `at_most` and `tolerate`: of [the children of a `for`](#one-task-for-many-items).
///
/// ```
/// # use flow_runtime::{Date, Outcome, Runner, flow, task};
/// # #[task] fn fetch(station: &str) -> Result<u32, String> {
/// #     if station == "north" { Ok(3) } else { Err("no network".to_owned()) }
/// # }
/// #[task]
/// fn tell(rows: Outcome<&u32>) -> String {
///     rows.failure().map_or_else(String::new, ToString::to_string)
/// }
///
/// flow! {
///     fn daily(day: Date) -> String {
///         #[node(target = "<day>/<station>.json")]
///         north = fetch("north");
///         #[node(target = "<day>/<station>.json", timeout = "30s", tags = ["web"])]
///         south = fetch("south");
///         #[node(trigger = any_failed)]
///         told = tell(south, upstream: [north]);
///         told
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let run = Runner::in_memory().run(daily(Date::constant(2026, 11, 23)))?;
/// assert_eq!(run.output(), "`south` is Failed: no network");
/// # Ok(())
/// # }
/// ```
///
/// What a task says, a node may take back:
///
/// ```
/// # use flow_runtime::{Runner, flow, task};
/// #[task(retries = 5, retry_delay = "10s", backoff(factor = 2, max = "1m"), tags = ["web"])]
/// fn ping(host: &str) -> Result<(), String> { Err(format!("{host} does not answer")) }
///
/// let f = flow! {
///     #[node(retries = 0, tags = [])]
///     local = ping("localhost");                    // once, and beside others
///     #[node(retries = 1, retry_delay = "0s")]
///     near = ping("router");                        // twice, at once
/// };
/// let run = Runner::in_memory().run_to_end(f)?;
/// assert_eq!(run.node_state(f.near()).to_string(), "Failed: router does not answer (attempt 2)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[proc_macro]
pub fn flow(input: TokenStream) -> TokenStream {
    flow::flow(input.into()).into()
}
