//! One call of a body, as the generated function of a node sees it: where its arguments come from, and what happens
//! around the call.

use core::pin::{Pin, pin};
use core::sync::atomic::{AtomicBool, Ordering};
use core::task::{Context as Waker, Poll};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Instant;

use crate::contained::dispose;
use crate::context::Context;
use crate::executor::{
    Choosing, Core, Fence, Gate, HeldChildren, Hold, Opening, Unrecorded, outcome_without_value,
};
use crate::key::Key;
use crate::mapped::Unread;
use crate::resource::{Lent, Resource};
use crate::slot::TypedSlot;
use crate::spec::EdgeKind;
use crate::store::wait;
use crate::task::{
    BoxError, Edge, Outcome, Shared, Task, TaskCall, ThereDespiteFailure, ThereDespiteSkip, Upstream, Wire,
};

/// One call of a body.
pub struct Attempt {
    pub(crate) context: Context,
    /// The upstream results that the store can take back, held for the time of this attempt.
    pub(crate) held: Vec<Hold>,
    /// What the checkpoint layer decided about this attempt; unset for a run in memory.
    pub(crate) gate: OnceLock<Gate>,
    /// The results of the children of a `for`, likewise.
    pub(crate) held_children: Vec<HeldChildren>,
    /// Set while the node's function is called for its arguments alone.
    pub(crate) aim: Option<Aim>,
    /// Set while the function of a `for` is called for its items alone.
    pub(crate) opening: Option<Opening>,
    /// Set while the function of an `if` or `match` is called for its arm alone.
    pub(crate) choosing: Option<Choosing>,
    /// Why a result could not be read that the body took by itself.
    pub(crate) unread: Unread,
    /// When it started, where times are asked for.
    pub(crate) clock: Option<Instant>,
    /// The resources of the run, for as long as a body may borrow them.
    resources: Option<Arc<Lent>>,
    /// Whether its node is bare, and those before it since the last that was not have left nothing but results: then there is
    /// nothing to forget, to look for or to note.
    pub(crate) is_clean: bool,
}

/// What is known of a body once it has started.
#[derive(Default)]
pub(crate) struct Begun {
    admitted: AtomicBool,
    /// What keeps a result out that comes after the timeout; unset without one.
    fence: OnceLock<Arc<Fence>>,
}

impl Begun {
    /// Whether the body has started.
    pub(crate) fn was_admitted(&self) -> bool {
        self.admitted.load(Ordering::Relaxed)
    }

    /// Whether the attempt was taken from the body, which takes too long: somebody else ends it.
    pub(crate) fn is_taken(&self) -> bool {
        self.fence.get().is_some_and(|fence| fence.is_taken())
    }

    /// Its future is dropped; `false` if somebody else ends the attempt.
    pub(crate) fn is_dropped(&self) -> bool {
        self.fence.get().is_none_or(|fence| fence.is_dropped())
    }
}

/// That only a node's target is to be found, for a result that is there already.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Aim {
    /// Whether what lies there is replaced.
    pub(crate) anew: bool,
}

impl Attempt {
    pub(crate) fn new(core: Arc<Core>, node: usize) -> Self {
        Self {
            resources: core.resources.share(),
            context: Context {
                core,
                node,
                attempt: 1,
                deadline: OnceLock::new(),
                target: OnceLock::new(),
                raised: Mutex::new(None),
                begun: Arc::default(),
            },
            held: Vec::new(),
            gate: OnceLock::new(),
            held_children: Vec::new(),
            aim: None,
            opening: None,
            choosing: None,
            unread: Unread::default(),
            clock: None,
            is_clean: false,
        }
    }

    /// Makes the attempt ready for another node.
    pub(crate) fn turn_to(&mut self, node: usize, number: u32) {
        self.context.node = node;
        self.context.attempt = number;
        self.context.deadline = OnceLock::new();
        self.context.target = OnceLock::new();
        self.context.forget_raised();
        self.gate = OnceLock::new();
        self.aim = None;
        self.clock = self.core().is_timed().then(Instant::now);
        self.is_clean = false;
        match Arc::get_mut(&mut self.context.begun) {
            Some(begun) => *begun = Begun::default(),
            None => self.context.begun = Arc::default(),
        }
    }

    /// The same for one that is bare, after which nothing is left that the next one would have to forget.
    pub(crate) fn turn_to_bare(&mut self, node: usize, number: u32) {
        if !self.is_clean {
            self.turn_to(node, number);
            self.is_clean = true;
        }
        self.context.begun.admitted.store(false, Ordering::Relaxed);
        self.context.node = node;
        self.context.attempt = number;
    }

    /// Whether the body has started.
    pub(crate) fn was_admitted(&self) -> bool {
        self.context.begun.was_admitted()
    }

    /// The body is about to start: it is counted and written down, and its time begins; of a bare one it is only noted.
    fn admit(&self) -> Result<(), BoxError> {
        let (core, node, attempt) = (self.core(), self.node(), self.context.attempt);
        let begun = &self.context.begun;
        begun.admitted.store(true, Ordering::Relaxed);
        if self.is_clean {
            return Ok(());
        }
        core.count(node, attempt);
        core.waits_no_more(node);
        core.use_up(node);
        if let Some(recorder) = &core.recorder {
            recorder.started(core, node, attempt).map_err(Unrecorded)?;
        }
        if let Some((fence, deadline)) = core.watch(node, attempt) {
            let _ = begun.fence.set(fence);
            let _ = self.context.deadline.set(deadline);
        }
        Ok(())
    }

    /// What `body` returns; `None` if its time is over before: it is dropped where it waits.
    async fn within_time<F: Future>(&self, body: F) -> Option<F::Output> {
        let Some(fence) = self.fence() else {
            return Some(body.await);
        };
        let mut expired = pin!(fence.expired());
        let mut body = pin!(body);
        let mut is_first = true;
        core::future::poll_fn(|waker| {
            // It is an attempt: its body begins, however late this thread comes to it, unless somebody has ended the attempt.
            let is_first = core::mem::take(&mut is_first) && !fence.is_taken();
            if is_first && let Poll::Ready(output) = body.as_mut().poll(waker) {
                return Poll::Ready(Some(output));
            }
            if expired.as_mut().poll(waker).is_ready() {
                return Poll::Ready(None);
            }
            if is_first {
                return Poll::Pending;
            }
            body.as_mut().poll(waker).map(Some)
        })
        .await
    }

    fn fence(&self) -> Option<&Arc<Fence>> {
        self.context.begun.fence.get()
    }

    /// Whether the body has returned within its time.
    pub(crate) fn is_in_time(&self) -> bool {
        self.fence().is_none_or(|fence| fence.returned())
    }

    /// Ends an attempt whose time is over; `false` if somebody else does.
    pub(crate) fn gives_way(&self) -> bool {
        self.fence().is_some_and(|fence| fence.gives_way())
    }

    /// Reads no more: a result that nobody else holds is dropped.
    pub(crate) fn let_go(&mut self) {
        for hold in self.held.drain(..) {
            dispose(hold.value);
        }
        for value in self.held_children.drain(..).flat_map(|held| held.values) {
            dispose(value);
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

    /// A resource of the flow, by its place among them.
    ///
    /// # Panics
    ///
    /// If there is none of this type: the function belongs to another flow.
    pub fn resource<T: 'static>(&self, place: usize) -> &Resource<T> {
        let lent = self.resources.as_ref();
        lent.and_then(|lent| lent.get(place))
            .expect("a node's function belongs to the flow that runs, which holds its resources")
    }

    /// The result of an upstream node, as the node's rules let an expression see it.
    ///
    /// # Panics
    ///
    /// If the rules demand a value and there is none: the executor starts no such node.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "the guards are a type's name, as a value"
    )]
    pub fn upstream<G: Edge, T: 'static>(&self, key: Key<T>, guards: G) -> G::Bound<'_, T> {
        let _ = guards;
        G::bind(Upstream::new(self, key.index()))
    }

    /// The result of an upstream node, for an expression that does with it what only a value can do.
    ///
    /// # Panics
    ///
    /// If there is none: the executor starts no such node.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "the guards are a type's name, as a value"
    )]
    pub fn needed<G: Edge, T: 'static>(&self, key: Key<T>, guards: G) -> &T
    where
        G::Kind: ThereDespiteSkip<T> + ThereDespiteFailure<T>,
    {
        let _ = guards;
        let upstream = Upstream::new(self, key.index());
        upstream
            .value()
            .expect("a node starts with the results of its upstream")
    }

    /// The result of an upstream node, on its way to a parameter of the task.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "the guards are a type's name, as a value"
    )]
    pub fn wire<G: Edge, T: 'static>(&self, key: Key<T>, guards: G) -> Wire<'_, T, G::Kind> {
        let _ = guards;
        G::wire(Upstream::new(self, key.index()))
    }

    /// The results of the upstream nodes on the data edges, in their order, for a function that serves many nodes.
    ///
    /// # Panics
    ///
    /// If one has no value, or one of another type.
    pub fn data<T: Shared>(&self) -> impl Iterator<Item = &T> {
        let edges = self.core().node(self.node()).edges.iter();
        edges
            .filter(|edge| edge.kind == EdgeKind::Data)
            .map(|edge| self.value(edge.node).expect("its upstream has a value"))
    }

    pub(crate) fn value<T: 'static>(&self, node: usize) -> Option<&T> {
        let kept = self.core().slot(node).typed::<T>().and_then(TypedSlot::get);
        kept.or_else(|| {
            let hold = self.held.iter().find(|hold| hold.node == node)?;
            hold.value.downcast_ref()
        })
    }

    /// What became of an upstream that has no value.
    pub(crate) fn without_value<T>(&self, node: usize) -> Outcome<T> {
        outcome_without_value(self.core(), node)
    }

    /// Notes the argument at `place` of the call, which the node's own target shows.
    pub(crate) fn note(&self, place: usize, value: &dyn core::fmt::Display) {
        Gate::note(self, place, value);
    }

    /// Calls a task: looks for its target where only its arguments tell the path, then, unless that is all that is
    /// wanted, calls the body and puts its result in the node's place.
    pub fn call<'run, T: Task + Send + 'run>(&'run self, task: T) -> Call<'run> {
        if T::SPEC.asynchronous {
            return Call::future(async move {
                if let Some(target) = Gate::target(self, &task)?
                    && Gate::look(self, target).await?
                {
                    return Ok(Ended::Cached);
                }
                self.admit()?;
                let body = match task.call(&self.context) {
                    TaskCall::Done(value) => return self.put(value?),
                    TaskCall::Future(body) => body,
                };
                match self.within_time(body).await {
                    Some(returned) => self.put(returned?),
                    None => Ok(Ended::Late),
                }
            });
        }
        Call::Done(Some(self.call_now(task)))
    }

    fn call_now<T: Task>(&self, task: T) -> Result<Ended, BoxError> {
        if !self.is_clean
            && let Some(target) = Gate::target(self, &task)?
            && wait(Gate::look(self, target))?
        {
            return Ok(Ended::Cached);
        }
        self.admit()?;
        match task.call(&self.context) {
            TaskCall::Done(value) => self.put(value?),
            TaskCall::Future(body) => self.put(wait(body)?),
        }
    }

    fn put<T: 'static>(&self, value: T) -> Result<Ended, BoxError> {
        if !self.is_in_time() {
            return Ok(Ended::Late);
        }
        self.accept(&value)?;
        let core = self.core();
        let slot = core.slot(self.node()).typed::<T>();
        slot.expect("a node's place is of its task's output type")
            .put(value, core.by_reference(self.node()));
        Ok(Ended::Ran)
    }
}

/// How a call ended without failing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The body ran; its result is in the node's place.
    Ran,
    /// The target was there: the body did not run.
    Cached,
    /// The body ran longer than it may: its result is dropped.
    Late,
    /// The items of a `for` were asked for, and told.
    Opened,
    /// The arm of an `if` or `match` was asked for, and told.
    Chosen,
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
