//! A run that has ended: its state, its output, its results.

mod launched;

use core::any::Any;
use core::fmt::{self, Write as _};
use core::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use jiff::{Timestamp, Zoned};

use crate::error::{ResultError, RunError};
use crate::executor::{self, Core, Family};
use crate::failure::{Cause, NodeFailure, chain};
use crate::flow::Flow;
use crate::journal::NotRecorded;
use crate::key::{IntoKey, Key};
use crate::run_id::RunId;
use crate::slot::Held;
use crate::spec::NodeSpec;
use crate::state::{RunState, State, StateError, StateType};
use crate::store::wait;
use crate::task::Shared;

/// How many failures a report tells beside the first.
const MOST_OTHERS: usize = 10;

/// One execution of a flow, ended.
///
/// ```
/// use flow_runtime::{Runner, flow, task};
///
/// #[task]
/// fn one() -> u32 { 1 }
///
/// #[task]
/// fn double(x: u32) -> u32 { 2 * x }
///
/// flow! {
///     /// Two.
///     fn two() -> u32 {
///         a = one();
///         b = double(a);
///         b
///     }
/// }
///
/// let run = Runner::in_memory().run(two())?;
/// assert_eq!(*run.output(), 2);
/// assert_eq!(*run.result(two::a)?, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Run<F> {
    core: Arc<Core>,
    state: State,
    /// Results that were asked for and had to be loaded.
    loaded: Box<[OnceLock<Held>]>,
    /// Why the output of a success cannot be read, in full.
    unread: Option<String>,
    /// Why it could not be recorded to its end.
    unrecorded: Option<NotRecorded>,
    flow: PhantomData<fn() -> F>,
}

/// A run that has ended, and whether its output can be read.
pub(crate) struct Ended<F> {
    pub(crate) run: Run<F>,
    output: Result<(), ResultError>,
}

impl<F: Flow> Ended<F> {
    /// The run, if it is a success.
    pub(crate) fn successful(self) -> Result<Run<F>, RunError<F>> {
        let run = self.run;
        if let Some(unrecorded) = run.unrecorded.clone() {
            return Err(RunError::NotRecorded(Box::new(run), unrecorded));
        }
        if run.state.kind != StateType::Success {
            return Err(RunError::NotSuccessful(Box::new(run)));
        }
        match self.output {
            Ok(()) => Ok(run),
            Err(error) => Err(RunError::Output(Box::new(run), error)),
        }
    }
}

impl<F: Flow> Run<F> {
    /// The run of an ended `core`, with its output loaded.
    pub(crate) async fn of(core: Arc<Core>) -> Ended<F> {
        let kind = core.conclusion();
        let message = match kind {
            StateType::Success => "all reference nodes succeeded".to_owned(),
            StateType::Failed if core.has_failed_fast() => core.reason().to_owned(),
            StateType::Failed => "a reference node failed".to_owned(),
            StateType::Cancelled => "a reference node was cancelled".to_owned(),
            _ => pending(&core),
        };
        let state = State::new(kind, message);
        // Before anybody is told that it has ended.
        let unrecorded = match &core.recorder {
            Some(recorder) => recorder.end(&core, &state).await.err(),
            None => None,
        };
        match &unrecorded {
            None => core.conclude(&state),
            // Nobody may rely on it.
            Some(error) => core.conclude(&State::new(StateType::Pending, error.to_string())),
        }
        let loaded = (0..core.len()).map(|_| OnceLock::new()).collect();
        let mut run = Self {
            state,
            loaded,
            unread: None,
            unrecorded,
            core,
            flow: PhantomData,
        };
        let output = match run.core.spec.tail {
            Some(tail) if run.core.kind(tail).has_value() => run.load(tail).await,
            _ => Ok(()),
        };
        if let Err(error) = &output {
            run.unread = Some(error.after_success(run.flow()));
        }
        Ended { run, output }
    }

    /// The run's id.
    pub fn id(&self) -> &RunId {
        &self.core.info.id
    }

    /// The name of the flow.
    pub fn flow(&self) -> &'static str {
        self.core.spec.name
    }

    /// The logical time.
    pub fn logical_time(&self) -> &Zoned {
        &self.core.info.time
    }

    /// The state of the run.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The state of a node.
    ///
    /// # Panics
    ///
    /// If the key is of another flow; keys of named flows cannot be.
    pub fn node_state<Form, T>(&self, key: impl IntoKey<F, Form, T>) -> State {
        let key = key.into_key();
        assert!(
            self.owns(&key),
            "`{}` is not a node of flow `{}`",
            key.name(),
            self.flow()
        );
        self.core.state(key.index())
    }

    /// The run as it is published: what another process goes on from.
    ///
    /// ```
    /// use flow_runtime::{BoxError, Context, Runner, StateType, flow, task};
    ///
    /// #[task]
    /// fn first(cx: &Context) -> Result<u32, BoxError> { Err(cx.end_run("that is enough for today").into()) }
    ///
    /// #[task]
    /// fn second() -> u32 { 2 }
    ///
    /// flow! { fn both() { a = first(); b = second(upstream: [a]); } }
    ///
    /// let run = Runner::in_memory().run_to_end(both())?;
    /// assert_eq!(run.state().kind, StateType::Cancelled);
    /// // In the next call what was cancelled is Pending.
    /// let state = run.run_state()?.reopen();
    /// let run = Runner::in_memory().given(both::a, 1).run(both::restore(state)?)?;
    /// assert_eq!(*run.result(both::b)?, 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a parameter of the flow cannot be written.
    pub fn run_state(&self) -> Result<RunState, StateError> {
        executor::run_state(&self.core)
    }

    /// The same of at most `limit` bytes: small results move to the store.
    pub(crate) fn run_state_within(&self, limit: usize) -> Result<RunState, StateError> {
        executor::shrink(&self.core, self.run_state()?, limit)
    }

    /// When something of the run can go on; `None` for now.
    pub(crate) fn not_before(&self) -> Option<Timestamp> {
        executor::not_before(&self.core)
    }

    /// Why it could not be recorded to its end.
    pub(crate) fn unrecorded(&self) -> Option<&NotRecorded> {
        self.unrecorded.as_ref()
    }

    /// The nodes with their states, in the order of their statements.
    pub fn nodes(&self) -> impl Iterator<Item = (&'static NodeSpec, State)> {
        self.core
            .spec
            .nodes
            .iter()
            .enumerate()
            .map(|(index, node)| (node, self.core.state(index)))
    }

    /// The failures, in the order of the nodes' statements; of a `for` those of its children.
    pub fn failures(&self) -> impl Iterator<Item = &NodeFailure> {
        let nodes = (0..self.core.len()).flat_map(|node| {
            let family = self.core.families.get(node);
            core::iter::once(node).chain(family.into_iter().flat_map(Family::ids))
        });
        nodes.filter_map(|node| self.core.detail(node)?.failure.as_deref())
    }

    /// The flow's result: the tail's, `()` without a tail.
    ///
    /// # Panics
    ///
    /// Where the tail has no value, naming its state, or where it cannot be read, saying why; [`result`](Self::result)
    /// is the checked form. A run that `run` returned has one, unless its tail was skipped.
    pub fn output(&self) -> &F::Output {
        let Some(tail) = self.core.spec.tail else {
            return (&() as &dyn Any)
                .downcast_ref()
                .expect("a flow without a tail has the output `()`");
        };
        // A value whose checkpoint failed may still be in memory: it is no result.
        let value = self
            .in_memory(tail)
            .filter(|_| self.core.kind(tail).has_value())
            .and_then(|value| value.downcast_ref());
        value.unwrap_or_else(|| {
            if let Some(unread) = &self.unread {
                panic!("{unread}");
            }
            panic!(
                "flow `{}` has no output: its tail `{}` is {}",
                self.flow(),
                self.core.node(tail).name,
                self.core.state(tail)
            )
        })
    }

    /// The result of a node, loaded if need be.
    ///
    /// # Errors
    ///
    /// Where the node has none, where it is gone, or where its checkpoint cannot be read.
    pub fn result<Form, T: Shared>(&self, key: impl IntoKey<F, Form, T>) -> Result<&T, ResultError> {
        let key = key.into_key();
        if !self.owns(&key) {
            return Err(ResultError::ForeignKey {
                flow: self.flow(),
                node: key.name(),
                other: key.flow().name,
            });
        }
        let node = key.index();
        let state = self.core.kind(node);
        if !state.has_value() {
            return Err(ResultError::NoValue {
                flow: self.flow(),
                node: key.name(),
                state,
            });
        }
        wait(self.load(node))?;
        let value = self.in_memory(node).and_then(|value| value.downcast_ref());
        value.ok_or(ResultError::NotKept {
            flow: self.flow(),
            node: key.name(),
        })
    }

    /// The first failure in full: what happened, where, why, what it blocks; of the next ones a line each, with why.
    /// Without a failure the first cancellation, with its reason. `None` where neither is.
    pub fn report(&self) -> Option<String> {
        let has_failed =
            |node: &usize| matches!(self.core.kind(*node), StateType::Failed | StateType::TimedOut);
        // Of a `for` its first child that failed, where one has.
        let first = (0..self.core.len()).find(has_failed).map(|node| {
            let family = self.core.families.get(node);
            family
                .and_then(|family| family.ids().find(has_failed))
                .unwrap_or(node)
        });
        let Some(first) = first else {
            return self.cancellation();
        };
        let failure = self.core.detail(first)?.failure.as_deref();
        let mut report = failure.map_or_else(|| self.earlier_failure(first), |failure| chain(failure));
        if let Some((family, _)) = self.core.families.child(first) {
            let of = self.core.node(family.node).name;
            let _ = write!(report, "\n  of `{of}`: {}", family.counted());
        }
        self.add_blocked(first, StateType::TriggerFailed, &mut report);
        if let Some(Cause::Checkpoint(error)) = failure.map(NodeFailure::cause) {
            report.push_str("\n  to go on: ");
            report.push_str(&error.advice());
        }
        let is_first = |other: &NodeFailure| failure.is_some_and(|failure| core::ptr::eq(failure, other));
        let mut others = self.failures().filter(|other| !is_first(other));
        for other in others.by_ref().take(MOST_OTHERS) {
            let _ = write!(
                report,
                "\n  `{}` failed too ({}): {}",
                other.slug(),
                other.node().location,
                one_line(&other.summary())
            );
        }
        match others.count() {
            0 => {}
            more => {
                let _ = write!(report, "\n  and {more} more failed");
            }
        }
        Some(report)
    }

    /// How a run goes on that waits for a person; `None` for one that does not.
    pub(crate) fn unpaused(&self) -> Option<String> {
        let paused = (0..self.core.len()).any(|node| self.core.kind(node) == StateType::Paused);
        if !paused {
            return None;
        }
        let (flow, id) = (self.core.spec.function, self.id());
        let resources = self.core.spec.resources;
        // They are given again, and where nothing makes one, only code can.
        let given: String = resources
            .iter()
            .flat_map(|resource| [", ", resource.name])
            .collect();
        let is_made = resources.iter().all(|resource| resource.constructor.is_some());
        let by_command = if is_made {
            format!("`resume {id}` on the command line, or ")
        } else {
            String::new()
        };
        Some(match (flow, self.core.recorder.is_some()) {
            ("", _) => "give the flow a name: a run of a bare one cannot be restored".to_owned(),
            (flow, true) => {
                format!("{by_command}`runner.resume({flow}::restore(runner.recorded(\"{id}\")?{given})?)`")
            }
            // Nobody else knows of it.
            (flow, false) => {
                format!("`runner.resume({flow}::restore(run.run_state()?{given})?)`; this error has the run")
            }
        })
    }

    /// A failure in an earlier process of the run: its message is all that is known of it.
    fn earlier_failure(&self, node: usize) -> String {
        let spec = self.core.node(node);
        format!(
            "node `{}` of flow `{}` failed earlier ({})\n  because: {}",
            self.core.slug(node),
            self.flow(),
            spec.location,
            self.core.state(node).message
        )
    }

    /// The first node that was cancelled, and not because of another.
    fn cancellation(&self) -> Option<String> {
        let is_cancelled = |node: usize| self.core.kind(node) == StateType::Cancelled;
        let nodes = self.core.spec.nodes;
        let first = (0..nodes.len()).find(|&node| {
            is_cancelled(node) && !nodes[node].edges.iter().any(|edge| is_cancelled(edge.node))
        })?;
        let mut report = format!(
            "node `{}` of flow `{}` was cancelled ({})",
            nodes[first].name,
            self.flow(),
            nodes[first].location
        );
        let message = self.core.state(first).message;
        if !message.is_empty() {
            report.push_str("\n  because: ");
            report.push_str(&message);
        }
        self.add_blocked(first, StateType::Cancelled, &mut report);
        Some(report)
    }

    /// Adds the nodes that ended as `kind` because `node` ended as it did.
    fn add_blocked(&self, node: usize, kind: StateType, report: &mut String) {
        let blocked = self.core.blocked_by(node, kind);
        if !blocked.is_empty() {
            report.push_str("\n  blocks: ");
            report.push_str(&blocked.join(", "));
        }
    }

    fn owns<T>(&self, key: &Key<T>) -> bool {
        core::ptr::eq(key.flow(), self.core.spec)
    }

    fn in_memory(&self, node: usize) -> Option<&(dyn Any + Send + Sync)> {
        self.core
            .slot(node)
            .kept()
            .or_else(|| self.loaded[node].get().map(|value| &**value))
    }

    /// Brings a result into memory, to stay with this run.
    async fn load(&self, node: usize) -> Result<(), ResultError> {
        if self.in_memory(node).is_some() {
            return Ok(());
        }
        let name = self.core.node(node).name;
        if let Some(family) = self.core.families.get(node) {
            let held = executor::hold_children(&self.core, family).await;
            let held = held.map_err(|source| ResultError::Load {
                flow: self.flow(),
                node: name,
                source,
            })?;
            let mapped = self.core.node(node).task.output.mapped;
            let _ = self.loaded[node].set(mapped(Arc::clone(&self.core), node, held));
            return Ok(());
        }
        let value = match self.core.slot(node).shared() {
            Some(value) => value,
            None if self.core.node(node).codec().is_none() => {
                return Err(ResultError::NotKept {
                    flow: self.flow(),
                    node: name,
                });
            }
            None => executor::load(&self.core, node)
                .await
                .map_err(|source| ResultError::Load {
                    flow: self.flow(),
                    node: name,
                    source,
                })?,
        };
        // Two callers may have loaded it; either copy is good.
        let _ = self.loaded[node].set(value);
        Ok(())
    }
}

/// A text on one line, cut if it is long.
fn one_line(text: &str) -> String {
    const LONGEST: usize = 300;
    let line = text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Why a run has ended before all of its nodes have.
fn pending(core: &Core) -> String {
    let paused = (0..core.len()).find(|&node| core.kind(node) == StateType::Paused);
    if let Some(node) = paused {
        return format!("`{}` is {}", core.node(node).name, core.state(node));
    }
    match core.reason() {
        "" => "nodes are pending".to_owned(),
        reason => format!("stopped by {reason}, nodes are pending"),
    }
}

impl<F: Flow> fmt::Debug for Run<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Run {} of flow `{}`: {}", self.id(), self.flow(), self.state)?;
        for (node, state) in self.nodes() {
            write!(f, "\n  {}: {state}", node.name)?;
        }
        Ok(())
    }
}
