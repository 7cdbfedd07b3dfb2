//! Hooks: an author's functions that are called when the state of a node changes, and what they may answer.

use core::fmt;

use std::borrow::Cow;

use jiff::{Timestamp, Zoned};

use crate::executor::Core;
use crate::failure::NodeFailure;
use crate::run_id::RunId;
use crate::signal::Signal;
use crate::state::State;
use crate::task::{BodyError, BoxError};

/// A node, as a hook sees it.
///
/// A hook on states, `on_state` of a task or node or [`Runner::on_state`](crate::Runner::on_state), is called with it, the
/// node's old state and the one that it is about to have. A value that it gives by
/// [`Signal::succeed`](crate::Signal::succeed) is the node's result as if its body had returned it, also where no body has
/// run, and is written to its target. Only where the node is passed over and nothing but its arguments tells the target's
/// path there is no file: the node's upstream may have no result to make them of. The node's message says so.
///
/// ```
/// use flow_runtime::{NodeInfo, Runner, Signal, State, StateType, flow, task};
///
/// fn on_the_first_day(node: &NodeInfo<'_>, _old: &State, new: &State) -> Option<Signal> {
///     let is_first = node.logical_time().day() == 1;
///     (is_first && new.kind == StateType::Running).then(|| Signal::succeed(0_u64))
/// }
///
/// #[task(on_state = on_the_first_day)]
/// fn yesterdays_visitors() -> u64 { 144 }
///
/// let f = flow! { visitors = yesterdays_visitors(); visitors };
/// let runner = Runner::in_memory();
/// assert_eq!(*runner.clone().date("2026-11-02".parse::<flow_runtime::Date>()?).run(f)?.output(), 144);
/// assert_eq!(*runner.date("2026-11-01".parse::<flow_runtime::Date>()?).run(f)?.output(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct NodeInfo<'run> {
    pub(crate) core: &'run Core,
    pub(crate) node: usize,
    pub(crate) attempt: u32,
}

impl<'run> NodeInfo<'run> {
    /// The node's name.
    pub fn name(&self) -> &'static str {
        self.core.node(self.node).name
    }

    /// The node's name; of a child of a `for` with its number or key, as in `pages[3]`.
    pub fn slug(&self) -> Cow<'static, str> {
        self.core.slug(self.node)
    }

    /// The task's name.
    pub fn task(&self) -> &'static str {
        self.core.node(self.node).task.name
    }

    /// The flow's name.
    pub fn flow(&self) -> &'static str {
        self.core.spec.name
    }

    /// The run's id.
    pub fn run_id(&self) -> &'run RunId {
        &self.core.info.id
    }

    /// The run's logical time.
    pub fn logical_time(&self) -> &'run Zoned {
        &self.core.info.time
    }

    /// Which attempt it is, from 1; 0 before the first.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }
}

impl fmt::Debug for NodeInfo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeInfo")
            .field("name", &self.name())
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

/// `#[task(on_state = …)]`: called with the node, its old state and the one that it is about to have.
#[derive(Clone, Copy)]
pub struct StateHook {
    /// As it is written in the source.
    pub name: &'static str,
    /// The hook.
    pub call: fn(&NodeInfo<'_>, &State, &State) -> Result<Option<Signal>, BoxError>,
}

impl fmt::Debug for StateHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// `#[task(on_failure = …)]`: called once, when the node has finally failed.
#[derive(Clone, Copy)]
pub struct FailureHook {
    /// As it is written in the source.
    pub name: &'static str,
    /// The hook.
    pub call: fn(&FailedNode<'_>) -> Result<(), BoxError>,
}

impl fmt::Debug for FailureHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// What a hook on states may return: `()` or `None` lets the change pass, a [`Signal`] makes it another one. An error is
/// its node's failure, unless it is a signal.
#[diagnostic::on_unimplemented(
    message = "a hook cannot return `{Self}`",
    label = "not an answer of a hook",
    note = "return `()`, `Option<Signal>`, or a `Result` of one of them"
)]
pub trait HookAnswer {
    /// The answer.
    ///
    /// # Errors
    ///
    /// Those of the hook.
    fn answer(self) -> Result<Option<Signal>, BoxError>;
}

#[diagnostic::do_not_recommend]
impl HookAnswer for () {
    fn answer(self) -> Result<Option<Signal>, BoxError> {
        Ok(None)
    }
}

#[diagnostic::do_not_recommend]
impl HookAnswer for Signal {
    fn answer(self) -> Result<Option<Signal>, BoxError> {
        Ok(Some(self))
    }
}

#[diagnostic::do_not_recommend]
impl HookAnswer for Option<Signal> {
    fn answer(self) -> Result<Option<Signal>, BoxError> {
        Ok(self)
    }
}

// Recommended, unlike the others: what its error lacks is said by `BodyError`.
impl<A: HookAnswer, E: BodyError> HookAnswer for Result<A, E> {
    fn answer(self) -> Result<Option<Signal>, BoxError> {
        match self {
            Ok(answer) => answer.answer(),
            Err(error) => {
                let error = error.boxed();
                Signal::among(&*error).map(Some).ok_or(error)
            }
        }
    }
}

/// What a hook on failures may return: `()`, or a `Result` of it.
#[diagnostic::on_unimplemented(
    message = "a hook on failures cannot return `{Self}`",
    label = "not an answer of a hook",
    note = "return `()` or `Result<(), E>`: the node has failed, and stays so"
)]
pub trait HookEnd {
    /// How it ended.
    ///
    /// # Errors
    ///
    /// Those of the hook.
    fn end(self) -> Result<(), BoxError>;
}

#[diagnostic::do_not_recommend]
impl HookEnd for () {
    fn end(self) -> Result<(), BoxError> {
        Ok(())
    }
}

impl<E: BodyError> HookEnd for Result<(), E> {
    fn end(self) -> Result<(), BoxError> {
        self.map_err(BodyError::boxed)
    }
}

/// A node that has finally failed, as the hook `on_failure` of its task, or its own, is told.
///
/// ```
/// use flow_runtime::{FailedNode, Runner, flow, task};
/// use std::sync::Mutex;
///
/// static SENT: Mutex<Vec<String>> = Mutex::new(Vec::new());
///
/// fn alert(failed: &FailedNode<'_>) {
///     let attempts = failed.attempts().len();
///     let text = format!("{} after {attempts} attempts: {}", failed.node().name(), failed.state().message);
///     SENT.lock().unwrap().push(text);
/// }
///
/// #[task(retries = 1, on_failure = alert)]
/// fn fetch() -> Result<u32, String> { Err("connection reset".to_owned()) }
///
/// Runner::in_memory().run_to_end(flow! { rows = fetch(); })?;
/// assert_eq!(*SENT.lock().unwrap(), ["rows after 2 attempts: connection reset"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FailedNode<'run> {
    pub(crate) node: NodeInfo<'run>,
    pub(crate) state: &'run State,
    pub(crate) failure: Option<&'run NodeFailure>,
    pub(crate) attempts: &'run [PastAttempt],
}

impl<'run> FailedNode<'run> {
    /// The node.
    pub fn node(&self) -> NodeInfo<'run> {
        self.node
    }

    /// Failed or TimedOut, with its message.
    pub fn state(&self) -> &'run State {
        self.state
    }

    /// The last failure in full; `None` where a hook failed the node.
    pub fn failure(&self) -> Option<&'run NodeFailure> {
        self.failure
    }

    /// Every attempt, the first first; where there were more than 256, the newest. None where its trigger panicked: nothing was
    /// attempted.
    pub fn attempts(&self) -> &'run [PastAttempt] {
        self.attempts
    }
}

/// An attempt that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAttempt {
    pub(crate) number: u32,
    pub(crate) ended: Timestamp,
    pub(crate) state: State,
}

/// So many attempts of a node are remembered: one that polls for days must not grow without end.
const MOST_ATTEMPTS: usize = 256;

impl PastAttempt {
    /// Keeps the newest.
    pub(crate) fn forget_oldest(attempts: &mut Vec<Self>) {
        attempts.drain(..attempts.len().saturating_sub(MOST_ATTEMPTS));
    }

    /// Which attempt it was, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// When it ended.
    pub fn ended(&self) -> Timestamp {
        self.ended
    }

    /// What the node was then: Retrying, Failed, TimedOut, with a message.
    pub fn state(&self) -> &State {
        &self.state
    }
}
