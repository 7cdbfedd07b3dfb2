//! The flows of a binary, as the command line finds them: `flow!` registers each named flow.

use core::fmt;

use crate::runner::Drive;
use crate::spec::{Erased, FlowSpec};
use crate::state::Fitted;
use crate::{RunId, RunState, Runner, StartError, State, StateError};

/// A registered flow.
#[derive(Debug, Clone, Copy)]
pub struct Registration {
    /// The flow.
    pub spec: &'static FlowSpec,
    /// Builds the flow's value from parsed parameters.
    pub build: fn(&mut Given) -> Result<Box<dyn Launch>, MissingParam>,
}

inventory::collect!(Registration);

/// Every flow that this binary registered, sorted by path.
#[cfg(feature = "cli")]
pub(crate) fn registered() -> Vec<&'static Registration> {
    let mut flows: Vec<&'static Registration> = inventory::iter::<Registration>().collect();
    flows.sort_by_key(|flow| flow.spec.path());
    flows
}

/// Parsed parameters, and resources, each by their place in the flow's.
#[derive(Default)]
pub struct Given {
    values: Vec<Option<Erased>>,
    resources: Vec<Option<Erased>>,
}

impl Given {
    /// Parameters by place; `None` where the command line gives none.
    pub fn new(values: Vec<Option<Erased>>) -> Self {
        Self {
            values,
            resources: Vec::new(),
        }
    }

    /// With all resources of the flow.
    #[cfg(feature = "cli")]
    pub(crate) fn add_resources(&mut self, resources: Vec<Erased>) {
        self.resources = resources.into_iter().map(Some).collect();
    }

    /// The resource at `place`, among the resources.
    ///
    /// # Errors
    ///
    /// [`MissingParam`] if none is given.
    pub fn resource<T: 'static>(&mut self, place: usize) -> Result<T, MissingParam> {
        let resource = self.resources.get_mut(place).and_then(Option::take);
        let resource = resource.and_then(|resource| resource.downcast::<T>().ok());
        // Named by no place among the parameters: whoever builds a flow from text makes all of them before.
        let missing = MissingParam { place: usize::MAX };
        resource.map(|resource| *resource).ok_or(missing)
    }

    /// The value of the parameter at `place`, if it is given.
    pub fn take<T: 'static>(&mut self, place: usize) -> Option<T> {
        let value = self.values.get_mut(place)?.take()?;
        value.downcast::<T>().ok().map(|value| *value)
    }

    /// The value of the parameter at `place`.
    ///
    /// # Errors
    ///
    /// [`MissingParam`] if none is given.
    pub fn required<T: 'static>(&mut self, place: usize) -> Result<T, MissingParam> {
        self.take(place).ok_or(MissingParam { place })
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Given({} values)", self.values.len())
    }
}

/// A parameter without default that is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingParam {
    /// Its place in the flow's parameters.
    pub place: usize,
}

/// A flow's value whose type is not known: what the command line runs.
pub trait Launch {
    /// Drives it as `drive` says, from a state or from its start.
    ///
    /// # Errors
    ///
    /// [`StartError`] if it cannot start.
    fn launch(
        self: Box<Self>,
        runner: &Runner,
        drive: &Drive,
        from: Option<Fitted>,
    ) -> Result<Box<dyn Launched>, StartError>;
}

/// How a run goes on that has ended or stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayOn {
    /// Not at all: nothing is left, or its report says what is to be done instead.
    Nothing,
    /// It is resumed.
    Resume,
    /// By another run: nobody knows of this one.
    Again,
    /// It is a success and stays one, though this node failed: only another run from there on tries it anew.
    From(&'static str),
}

/// A run whose flow's type is not known.
pub trait Launched {
    /// The run's id.
    fn id(&self) -> &RunId;
    /// The run's state.
    fn state(&self) -> &State;
    /// Whether it is a success whose output can be read.
    fn succeeded(&self) -> bool;
    /// Whether it has stopped because it could not be recorded any more.
    fn is_cut_off(&self) -> bool;
    /// How it can go on.
    fn way_on(&self) -> WayOn;
    /// The run as it is published, in at most so many bytes, and when something of it can go on.
    ///
    /// # Errors
    ///
    /// If it cannot be published.
    fn publish(&self, limit: usize) -> Result<RunState, StateError>;
    /// Its state, however long it is.
    ///
    /// # Errors
    ///
    /// If a parameter cannot be written.
    fn run_state(&self) -> Result<RunState, StateError>;
    /// What went wrong, for people: why the output of a success cannot be read, else the failures, the first in full.
    fn report(&self) -> Option<String>;
}
