//! Flows as rustc sees them: the type that carries a flow's keys, and the value that starts it.

use core::any::Any;

use crate::registry::Launch;
use crate::run::Run;
use crate::runner::Drive;
use crate::spec::FlowSpec;
use crate::state::Fitted;
use crate::store::wait;

/// A flow: what `flow!` makes of a graph. The implementing type has a method for each node that gives its [`Key`].
///
/// [`Key`]: crate::Key
pub trait Flow: Sized + Send + Sync + 'static {
    /// The output of the node in the tail; `()` without a tail.
    type Output: Send + Sync + 'static;
    /// The parameters of a run.
    type Params: Any + Send + Sync;
    /// A value of the type, for its methods.
    const VALUE: Self;
    /// The flow as data.
    const SPEC: &'static FlowSpec;
}

/// A flow with its parameters: what `nightly(day)` returns, ready to run.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a flow that can be run",
    label = "not a flow",
    note = "call the flow's function with its parameters: `runner.run(nightly(day))`"
)]
pub trait Start: Sized {
    /// The flow.
    type Flow: Flow;

    /// The parameters.
    fn params(self) -> <Self::Flow as Flow>::Params;

    /// The parameters, and the run state that it goes on from.
    #[doc(hidden)]
    fn into_parts(self) -> (<Self::Flow as Flow>::Params, Option<Fitted>) {
        (self.params(), None)
    }

    /// The flow as data: the type's, unless it was put together at run time.
    fn spec(&self) -> &'static FlowSpec {
        <Self::Flow as Flow>::SPEC
    }
}

impl<S> Launch for S
where
    S: Start,
{
    fn launch(
        self: Box<Self>,
        runner: &crate::Runner,
        drive: &Drive,
        from: Option<Fitted>,
    ) -> Result<Box<dyn crate::registry::Launched>, crate::StartError> {
        let spec = self.spec();
        let core = runner.drive_from(spec, Box::new(self.params()), from, drive)?;
        Ok(Box::new(wait(Run::<S::Flow>::of(core)).run))
    }
}
