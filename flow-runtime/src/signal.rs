//! Signals: what a body or a hook raises to steer its run.

use core::any::Any;
use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::failure::sources;
use crate::plan::AttemptEnd;
use crate::secret::without_secrets;
use crate::task::Shared;

/// What a body or a hook raises to steer its run.
///
/// A body returns it as its error, itself or as a cause of another one: through `?`, `anyhow`, `#[error(transparent)]` or
/// `Box<dyn Error + Send + Sync>` as it likes. A hook returns it. A body that takes `&Context` had better raise it there
/// (`cx.skip("…")`), which notes it, so that not even a conversion that keeps nothing but the text can lose it.
///
/// | signal | the node becomes |
/// |---|---|
/// | [`skip`](Self::skip) | Skipped |
/// | [`fail`](Self::fail) | Failed, whatever its retries |
/// | [`succeed`](Self::succeed) | Success with a value |
/// | [`retry_at`](Self::retry_at), [`retry_in`](Self::retry_in) | Retrying; counted against `retries` unless [`uncounted`](Self::uncounted) |
/// | [`pause`](Self::pause) | Paused, until the run is resumed |
/// | [`cancel`](Self::cancel) | Cancelled |
/// | [`end_run`](Self::end_run) | Cancelled, and so does what has not started; what runs finishes |
///
/// ```
/// use std::time::Duration;
/// use flow_runtime::{BoxError, Context, Runner, Signal, StateType, flow, task};
///
/// #[task]
/// fn steered(by: &str, cx: &Context) -> Result<u32, BoxError> {
///     Err(match by {
///         "skip" => cx.skip("nothing to do"),
///         "fail" => cx.fail("no attempt helps"),
///         "succeed" => cx.succeed(1_u32),
///         "retry_in" if cx.attempt() == 1 => cx.retry_in(Duration::from_millis(5), "not ready").uncounted(),
///         "retry_at" if cx.attempt() == 1 => {
///             cx.retry_at("2001-01-01T10:00:00Z".parse()?, "not before ten").uncounted()
///         }
///         "pause" => cx.pause("needs a signature"),
///         "cancel" => cx.cancel("not wanted any more"),
///         _ => return Ok(cx.attempt()),
///     }
///     .into())
/// }
///
/// let f = flow! {
///     a = steered("skip"); b = steered("fail"); c = steered("succeed"); d = steered("retry_in");
///     e = steered("retry_at"); f = steered("pause"); g = steered("cancel");
/// };
/// let run = Runner::in_memory().run_to_end(f)?;
/// let states: Vec<String> = run.nodes().map(|(_, state)| state.to_string()).collect();
/// assert_eq!(states, [
///     "Skipped: nothing to do",
///     "Failed: no attempt helps",
///     "Success: it was told to succeed",
///     "Success",
///     "Success",
///     "Paused: needs a signature",
///     "Cancelled: not wanted any more",
/// ]);
/// assert_eq!(*run.result(f.d())?, 2);
///
/// #[task]
/// fn enough() -> Result<u32, BoxError> { Err(Signal::end_run("that is enough").into()) }
///
/// let f = flow! { a = enough(); b = steered("", upstream: [a]); };
/// let run = Runner::in_memory().run_to_end(f)?;
/// assert!(run.nodes().all(|(_, state)| state.to_string() == "Cancelled: that is enough"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "a signal is raised by returning it as an error"]
pub struct Signal(Raised);

/// The same as the cause of the error that a signal is: what stands in for an error and hands on its causes, as `anyhow` does
/// and `#[error(transparent)]`, hands on the signal.
#[derive(Clone)]
struct Raised(Arc<Inner>);

struct Inner {
    message: String,
    kind: Kind,
    /// Whether a retry is one of the node's `retries`.
    counted: AtomicBool,
}

enum Kind {
    Skip,
    Fail,
    Succeed(Mutex<Option<Box<dyn Any + Send + Sync>>>),
    RetryAt(Timestamp),
    RetryIn(Duration),
    Pause,
    Cancel,
    EndRun,
}

impl Signal {
    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self(Raised(Arc::new(Inner {
            message: without_secrets(message.into()),
            kind,
            counted: AtomicBool::new(true),
        })))
    }

    /// The node is Skipped.
    pub fn skip(message: impl Into<String>) -> Self {
        Self::new(Kind::Skip, message)
    }

    /// The node has failed: what is left of its retries is not used.
    pub fn fail(message: impl Into<String>) -> Self {
        Self::new(Kind::Fail, message)
    }

    /// The node is a Success with `value`, which must be of its task's output type; else it has failed.
    pub fn succeed<T: Shared>(value: T) -> Self {
        let value: Box<dyn Any + Send + Sync> = Box::new(value);
        Self::new(Kind::Succeed(Mutex::new(Some(value))), "it was told to succeed")
    }

    /// The node is Retrying: its next attempt starts at `time`, or when a worker is free then.
    pub fn retry_at(time: Timestamp, message: impl Into<String>) -> Self {
        Self::new(Kind::RetryAt(time), message)
    }

    /// The node is Retrying: its next attempt starts `delay` after the end of this one.
    pub fn retry_in(delay: Duration, message: impl Into<String>) -> Self {
        Self::new(Kind::RetryIn(delay), message)
    }

    /// The node is Paused: it and what depends on it wait until the run is resumed; the rest of the run goes on.
    pub fn pause(message: impl Into<String>) -> Self {
        Self::new(Kind::Pause, message)
    }

    /// The node is Cancelled.
    pub fn cancel(message: impl Into<String>) -> Self {
        Self::new(Kind::Cancel, message)
    }

    /// The run ends: this node and what has not started are Cancelled, what runs finishes and is not repeated.
    pub fn end_run(message: impl Into<String>) -> Self {
        Self::new(Kind::EndRun, message)
    }

    /// A retry that is not one of the node's `retries`; of other signals it says nothing. Nothing but who raises it bounds how
    /// often: a hook that answers so to every success has its node run for ever.
    pub fn uncounted(self) -> Self {
        self.inner().counted.store(false, Ordering::Relaxed);
        self
    }

    /// What is to be said of it.
    pub fn message(&self) -> &str {
        &self.inner().message
    }

    /// How the attempt that raised it at `now` ended.
    pub(crate) fn end(&self, now: Timestamp) -> AttemptEnd {
        let counted = self.inner().counted.load(Ordering::Relaxed);
        match &self.inner().kind {
            Kind::Skip => AttemptEnd::Skipped,
            Kind::Fail => AttemptEnd::GivenUp,
            Kind::Succeed(_) => AttemptEnd::Success,
            Kind::RetryAt(at) => AttemptEnd::Retry { at: *at, counted },
            Kind::RetryIn(delay) => {
                let delay = SignedDuration::try_from(*delay).unwrap_or(SignedDuration::MAX);
                let at = now.checked_add(delay).unwrap_or(Timestamp::MAX);
                AttemptEnd::Retry { at, counted }
            }
            Kind::Pause => AttemptEnd::Paused,
            Kind::Cancel | Kind::EndRun => AttemptEnd::Cancelled,
        }
    }

    fn inner(&self) -> &Inner {
        &self.0.0
    }

    /// The value of a [`succeed`](Self::succeed), for the first who asks.
    pub(crate) fn value(&self) -> Option<Box<dyn Any + Send + Sync>> {
        match &self.inner().kind {
            Kind::Succeed(value) => value.lock().unwrap_or_else(PoisonError::into_inner).take(),
            _ => None,
        }
    }

    /// Whether it ends the run.
    pub(crate) fn ends_run(&self) -> bool {
        matches!(self.inner().kind, Kind::EndRun)
    }

    /// The signal in an error or among its causes.
    pub(crate) fn among(error: &(dyn Error + 'static)) -> Option<Self> {
        let raised = |error: &(dyn Error + 'static)| match error.downcast_ref::<Self>() {
            Some(signal) => Some(signal.clone()),
            None => error.downcast_ref::<Raised>().cloned().map(Self),
        };
        raised(error).or_else(|| sources(error).into_iter().find_map(raised))
    }
}

impl Inner {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Skip => "skip",
            Kind::Fail => "fail",
            Kind::Succeed(_) => "succeed",
            Kind::RetryAt(_) | Kind::RetryIn(_) => "retry",
            Kind::Pause => "pause",
            Kind::Cancel => "cancel",
            Kind::EndRun => "end_run",
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signal::{}({:?})", self.inner().name(), self.message())
    }
}

impl Error for Signal {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "raised as the signal `{}`", self.0.name())
    }
}

impl fmt::Debug for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raised({})", self.0.name())
    }
}

impl Error for Raised {}
