//! One call of a body, as the generated function of a node sees it: where its arguments come from, and what happens
//! around the call.

use core::pin::Pin;
use core::task::{Context as Waker, Poll};
use std::sync::{Arc, OnceLock};

use crate::context::Context;
use crate::executor::{Core, Gate, Hold};
use crate::key::Key;
use crate::slot::{TypedSlot, dispose};
use crate::spec::EdgeKind;
use crate::store::wait;
use crate::task::{BoxError, Edge, Shared, Task, TaskCall};

/// One call of a body.
pub struct Attempt {
    pub(crate) context: Context,
    /// The upstream results that the store can take back, held for the time of this attempt.
    pub(crate) held: Vec<Hold>,
    /// What the checkpoint layer decided about this attempt; unset for a run in memory.
    pub(crate) gate: OnceLock<Gate>,
}

impl Attempt {
    pub(crate) fn new(core: Arc<Core>, node: usize) -> Self {
        Self {
            context: Context { core, node },
            held: Vec::new(),
            gate: OnceLock::new(),
        }
    }

    /// Makes the attempt ready for another node.
    pub(crate) fn turn_to(&mut self, node: usize) {
        self.context.node = node;
        self.gate = OnceLock::new();
    }

    /// Reads no more: a result that nobody else holds is dropped.
    pub(crate) fn let_go(&mut self) {
        for hold in self.held.drain(..) {
            dispose(hold.value);
        }
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.context.core
    }

    /// The node's index in its flow.
    pub fn node(&self) -> usize {
        self.context.node
    }

    /// The flow's parameters.
    ///
    /// # Panics
    ///
    /// If they are of another type: the function belongs to another flow.
    pub fn params<P: 'static>(&self) -> &P {
        self.core()
            .params
            .downcast_ref()
            .expect("a node's function belongs to the flow that runs")
    }

    /// The result of an upstream node, as the node's rules let an expression see it.
    ///
    /// # Panics
    ///
    /// If the key does not name an upstream that has a value: the executor starts no such node.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "the guards are a type's name, as a value"
    )]
    pub fn upstream<G: Edge, T: 'static>(&self, key: Key<T>, guards: G) -> G::Bound<'_, T> {
        let _ = guards;
        G::bind(self.value(key.index()))
    }

    /// The results of the upstream nodes on the data edges, in their order, for a function that serves many nodes.
    ///
    /// # Panics
    ///
    /// If one has no value, or one of another type.
    pub fn data<T: Shared>(&self) -> impl Iterator<Item = &T> {
        let edges = self.core().spec.nodes[self.node()].edges.iter();
        edges
            .filter(|edge| edge.kind == EdgeKind::Data)
            .map(|edge| self.value(edge.node))
    }

    fn value<T: 'static>(&self, node: usize) -> &T {
        let kept = self.core().slot(node).typed::<T>().and_then(TypedSlot::get);
        let value = kept.or_else(|| {
            let hold = self.held.iter().find(|hold| hold.node == node)?;
            hold.value.downcast_ref()
        });
        value.expect("a node starts with the results of its upstream")
    }

    /// Calls a task: looks for a reusable target where only its arguments tell the path, then calls the body and
    /// puts its result in the node's place.
    pub fn call<'run, T: Task + Send + 'run>(&'run self, task: T) -> Call<'run> {
        if T::SPEC.asynchronous {
            return Call::future(async move {
                if let Some(target) = Gate::target(self, &task)?
                    && Gate::look(self, target).await?
                {
                    return Ok(Ended::Cached);
                }
                let body = match task.call(&self.context) {
                    TaskCall::Done(value) => return Ok(self.put(value?)),
                    TaskCall::Future(body) => body,
                };
                body.await.map(|value| self.put(value))
            });
        }
        Call::Done(Some(self.call_now(task)))
    }

    fn call_now<T: Task>(&self, task: T) -> Result<Ended, BoxError> {
        if let Some(target) = Gate::target(self, &task)?
            && wait(Gate::look(self, target))?
        {
            return Ok(Ended::Cached);
        }
        match task.call(&self.context) {
            TaskCall::Done(value) => Ok(self.put(value?)),
            TaskCall::Future(body) => Ok(self.put(wait(body)?)),
        }
    }

    fn put<T: 'static>(&self, value: T) -> Ended {
        let core = self.core();
        let slot = core.slot(self.node()).typed::<T>();
        slot.expect("a node's place is of its task's output type")
            .put(value, core.keeps(self.node()));
        Ended::Ran
    }
}

/// How a call ended without failing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The body ran; its result is in the node's place.
    Ran,
    /// The target was there: the body did not run.
    Cached,
}

/// A call that has ended, or is to be driven.
pub enum Call<'run> {
    /// It has ended; `None` once it has been taken.
    Done(Option<Result<Ended, BoxError>>),
    /// A future drives it.
    Future(Pin<Box<dyn Future<Output = Result<Ended, BoxError>> + Send + 'run>>),
}

impl<'run> Call<'run> {
    /// A call that owns what its arguments borrow: a node whose arguments are more than bare names and literals.
    pub fn future(call: impl Future<Output = Result<Ended, BoxError>> + Send + 'run) -> Self {
        Self::Future(Box::pin(call))
    }
}

impl Future for Call<'_> {
    type Output = Result<Ended, BoxError>;

    fn poll(mut self: Pin<&mut Self>, waker: &mut Waker<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Done(ended) => Poll::Ready(ended.take().expect("a call is polled until it has ended")),
            Self::Future(call) => call.as_mut().poll(waker),
        }
    }
}
