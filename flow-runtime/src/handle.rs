//! A run that goes on in the background, and what can be wanted of it from outside.

use core::marker::PhantomData;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;

use crate::error::RunError;
use crate::executor::Core;
#[cfg(feature = "cli")]
use crate::executor::Recorder;
use crate::flow::Flow;
use crate::plan::Wanted;
use crate::run::{Ended, Run};
use crate::run_id::RunId;
use crate::store::wait;

/// A run that goes on in the background, from [`Runner::start`](crate::Runner::start). Dropped, it lets the run go on.
///
/// ```
/// use flow_runtime::{BoxError, Context, Runner, StateType, flow, task};
/// use std::time::Duration;
///
/// #[task]
/// fn listen(cx: &Context) -> Result<u32, BoxError> {
///     while !cx.is_cancelled() { std::thread::sleep(Duration::from_millis(1)); }
///     Err("nobody came".into())
/// }
///
/// let run = Runner::in_memory().start(flow! { heard = listen(); })?;
/// run.cancel("closing time");
/// assert_eq!(run.wait_to_end().state().kind, StateType::Cancelled);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "dropped, it lets the run go on unwatched"]
pub struct Handle<F> {
    core: Arc<Core>,
    thread: JoinHandle<()>,
    flow: PhantomData<fn() -> F>,
}

impl<F: Flow> Handle<F> {
    pub(crate) fn new(core: Arc<Core>, thread: JoinHandle<()>) -> Self {
        Self {
            core,
            thread,
            flow: PhantomData,
        }
    }

    /// The run's id.
    pub fn id(&self) -> &RunId {
        &self.core.info.id
    }

    /// Whether the run has ended: [`wait`](Self::wait) does not wait.
    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Cancels the run: what has not started is Cancelled with this reason. What runs finishes; a body can see it
    /// ([`Context::is_cancelled`](crate::Context::is_cancelled)), and one that then ends with an error is Cancelled too.
    /// Nothing is repeated.
    pub fn cancel(&self, reason: impl Into<String>) {
        self.core.want(Wanted::Cancelling, reason);
    }

    /// Waits until the run has ended.
    ///
    /// # Errors
    ///
    /// Unless the run is a success; the error owns the run.
    ///
    /// # Panics
    ///
    /// On a bug in the executor.
    pub fn wait(self) -> Result<Run<F>, RunError<F>> {
        self.end().successful()
    }

    /// Waits until the run has ended, and gives it whatever its state.
    ///
    /// # Panics
    ///
    /// On a bug in the executor.
    pub fn wait_to_end(self) -> Run<F> {
        self.end().run
    }

    fn end(self) -> Ended<F> {
        match self.thread.join() {
            Ok(()) => wait(Run::of(self.core)),
            Err(bug) => resume_unwind(bug),
        }
    }
}

impl<F: Flow> core::fmt::Debug for Handle<F> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Handle of run {}", self.id())
    }
}

/// A run that is left before its end.
#[cfg(feature = "cli")]
pub(crate) struct Left {
    pub(crate) flow: &'static str,
    pub(crate) id: RunId,
    pub(crate) is_recorded: bool,
    pub(crate) nodes: usize,
    pub(crate) finished: usize,
    /// The nodes that still run, by name.
    pub(crate) running: Vec<&'static str>,
}

/// Stops every run that it was given to: nothing more starts, what has not started stays Pending, and a body that fails
/// then is Pending again.
#[derive(Clone, Default)]
pub(crate) struct Switch(Arc<Mutex<Switched>>);

#[derive(Default)]
struct Switched {
    reason: Option<String>,
    runs: Vec<Weak<Core>>,
}

impl Switch {
    /// Stops the runs, and those that come.
    #[cfg(feature = "cli")]
    pub(crate) fn stop(&self, reason: &str) {
        let runs = {
            let mut switched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            switched.reason = Some(reason.to_owned());
            switched.runs.clone()
        };
        for run in runs.iter().filter_map(Weak::upgrade) {
            run.want(Wanted::Stopping, reason);
        }
    }

    /// The process ends now, whatever runs: that is written down, unless it returns false.
    #[cfg(feature = "cli")]
    pub(crate) fn halt(&self) -> bool {
        let halt = |run: Arc<Core>| run.recorder.as_ref().is_none_or(Recorder::halt);
        // Each of them, also behind one that cannot be written.
        self.runs().into_iter().map(halt).fold(true, |all, one| all & one)
    }

    /// What would be left if the process ended now. It waits for no lock that the run may hold.
    #[cfg(feature = "cli")]
    pub(crate) fn left(&self) -> Vec<Left> {
        let left = |run: Arc<Core>| Left {
            flow: run.spec.name,
            id: run.info.id.clone(),
            is_recorded: run.recorder.is_some(),
            nodes: run.len(),
            finished: (0..run.len())
                .filter(|&node| run.kind(node).is_finished())
                .count(),
            running: run.running(),
        };
        self.runs().into_iter().map(left).collect()
    }

    #[cfg(feature = "cli")]
    fn runs(&self) -> Vec<Arc<Core>> {
        let switched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        switched.runs.iter().filter_map(Weak::upgrade).collect()
    }

    pub(crate) fn add(&self, core: &Arc<Core>) {
        let mut switched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        switched.runs.push(Arc::downgrade(core));
        if let Some(reason) = &switched.reason {
            core.want(Wanted::Stopping, reason.clone());
        }
    }
}
