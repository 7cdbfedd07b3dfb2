//! Tasks as rustc sees them: the `Task` trait that `#[task]` implements, what its output may be, and how a node's
//! result becomes an argument. No graph, no execution.

mod call;
mod collect;
mod feed;
mod gather;
mod guard;
mod hooked;
mod lent;
mod needed;
mod outcome;
mod owned;
mod returned;
mod shown;
mod tolerant;
mod wire;

use crate::key::Key;
use crate::mapped::Mapped;
use crate::spec::TaskSpec;

pub use call::TaskCall;
pub(crate) use collect::OfAFor;
pub use collect::{Collect, CollectSome, collect, collect_some, place};
pub use feed::{BearsFailure, BearsSkip, Feed};
pub use gather::{Gather, Gathered, gather};
pub use guard::{
    AllFailed, AllFinished, AllSuccessful, AnyFailed, AnySuccessful, CustomTrigger, Edge, Guard, Guards,
    NotAllSkipped, RunOnUpstreamSkip, SkipOnUpstreamSkip,
};
pub use hooked::{call_failure_hook, call_state_hook};
pub use lent::{FlowResource, FromResources, of_resources};
pub use needed::{ThereDespiteFailure, ThereDespiteSkip};
pub use outcome::{Outcome, UpstreamFailure};
pub use owned::{Owned, OwnedByTask};
pub(crate) use returned::Final;
pub use returned::{BodyError, NotResult, Probe, Return};
pub use shown::{Shown, Shows, ShowsNothing};
pub use tolerant::{Intolerant, Tolerant};
pub(crate) use wire::Certain;
pub(crate) use wire::Upstream;
pub use wire::Wire;

/// Why a body failed: any error.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// What a result must be to be shared between threads.
///
/// Implemented for every type that fits; nobody writes it by hand.
#[diagnostic::on_unimplemented(
    message = "the output `{Self}` of a task must be `Send + Sync + 'static`",
    label = "cannot be shared between threads",
    note = "a result is read by every node that depends on it, on any thread: return owned data without `Rc`, `Cell` or `RefCell`"
)]
pub trait Shared: Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static> Shared for T {}

/// A task: what `#[task]` makes of a function.
///
/// The implementing type is the braced struct of the function's name; its fields are the arguments.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a task",
    label = "not a task",
    note = "a node calls a function annotated with `#[task]`"
)]
pub trait Task: Sized {
    /// What the body returns; the `T` of a `Result<T, E>`. That it can be shared is asked for once, by [`SPEC`](Self::SPEC).
    type Output: 'static;
    /// The rule over the states of its upstream that starts it.
    type Trigger: Guard;
    /// Whether it follows a skipped upstream.
    type Skip: Guard;
    /// The task as data.
    const SPEC: &'static TaskSpec;
    /// Both rules as a value, for [`Attempt::upstream`](crate::attempt::Attempt::upstream).
    const GUARDS: Guards<Self::Trigger, Self::Skip> = Guards::new();

    /// Calls the body.
    fn call<'run>(self, context: &'run crate::Context) -> TaskCall<'run, Self::Output>
    where
        Self: 'run;

    /// The argument that the target names as `name`, ready to be shown; `None` where it names none.
    fn shown(&self, name: &str) -> Option<&dyn core::fmt::Display> {
        let _ = name;
        None
    }
}

/// Names the key of a task's nodes without generic arguments, in which rustc's advice on an unknown task goes astray.
pub trait Keyed {
    /// The key of a node that calls this task.
    type Key;
    /// The key of a `for` that calls this task.
    type EachKey;
}

impl<T: Task> Keyed for T {
    type Key = Key<T::Output>;
    type EachKey = Key<Mapped<T::Output>>;
}
