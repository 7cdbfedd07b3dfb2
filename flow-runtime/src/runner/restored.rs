//! [`Restored`]: a flow that goes on from a run state.

use crate::flow::{Flow, Start};
use crate::registry::{Given, MissingParam};
use crate::spec::FlowSpec;
use crate::state::{Fitted, RunState, StateError, fit_published, parameters};

/// A flow with the run state that it goes on from: what `nightly::restore(state)` returns, for
/// [`Runner::slice`](crate::Runner::slice), [`Runner::resume`](crate::Runner::resume) and
/// [`Runner::run`](crate::Runner::run).
#[must_use = "a flow does nothing until it is run"]
pub struct Restored<F: Flow> {
    params: F::Params,
    spec: &'static FlowSpec,
    fitted: Fitted,
}

impl<F: Flow> Restored<F> {
    /// The flow `spec` with the parameters that `build` makes of those of the state.
    ///
    /// # Errors
    ///
    /// Where the state is none of this flow; see [`StateError`].
    #[doc(hidden)]
    pub fn new(
        state: RunState,
        spec: &'static FlowSpec,
        build: impl FnOnce(&mut Given) -> Result<F::Params, MissingParam>,
    ) -> Result<Self, StateError> {
        let fitted = fit_published(state, spec)?;
        let mut given = Given::new(parameters(fitted.head.as_deref(), spec)?);
        let params = build(&mut given).map_err(|MissingParam { place }| StateError::MissingParameter {
            flow: spec.path(),
            param: spec.params.get(place).map_or("?", |param| param.name),
        })?;
        Ok(Self { params, spec, fitted })
    }
}

#[diagnostic::do_not_recommend]
impl<F: Flow> Start for Restored<F> {
    type Flow = F;

    fn params(self) -> F::Params {
        self.params
    }

    fn into_parts(self) -> (F::Params, Option<Fitted>) {
        (self.params, Some(self.fitted))
    }

    fn spec(&self) -> &'static FlowSpec {
        self.spec
    }
}

impl<F: Flow> core::fmt::Debug for Restored<F> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let run = self.fitted.head.as_ref().map_or("", |head| &head.run_id);
        write!(f, "Restored run {run} of flow `{}`", self.spec.name)
    }
}
