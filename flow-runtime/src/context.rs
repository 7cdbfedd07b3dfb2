//! What a body can ask about the attempt it runs in, and what it can say: signals, progress, details.

use core::time::Duration;
use std::borrow::Cow;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use jiff::{Timestamp, Zoned};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::attempt::Begun;
use crate::checkpoint::OutputFile;
use crate::executor::{self, Core};
use crate::message_pack;
use crate::plan::Wanted;
use crate::run_id::RunId;
use crate::signal::Signal;
use crate::store::StorePath;
use crate::task::{BoxError, Shared};

/// The attempt that a body runs in; a task that wants it takes `&Context`, which is not an argument.
///
/// ```
/// use flow_runtime::{Context, Date, flow, task};
///
/// #[task]
/// fn stamp(context: &Context) -> String {
///     format!("{} at {}", context.node(), context.logical_time().date())
/// }
///
/// let f = flow! { x = stamp(); x };
/// let run = flow_runtime::Runner::in_memory().date(Date::constant(2026, 2, 3)).run(f)?;
/// assert_eq!(run.output(), "x at 2026-02-03");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Context {
    pub(crate) core: Arc<Core>,
    pub(crate) node: usize,
    pub(crate) attempt: u32,
    pub(crate) deadline: OnceLock<Instant>,
    /// The node's target, once it was looked for.
    pub(crate) target: OnceLock<StorePath>,
    /// The last signal that was raised here.
    pub(crate) raised: Mutex<Option<Signal>>,
    pub(crate) begun: Arc<Begun>,
}

impl Context {
    /// The run's id.
    pub fn run_id(&self) -> &RunId {
        &self.core.info.id
    }

    /// The run's logical time, frozen at its start.
    pub fn logical_time(&self) -> &Zoned {
        &self.core.info.time
    }

    /// The name of the flow.
    pub fn flow(&self) -> &'static str {
        self.core.spec.name
    }

    /// The name of the node.
    pub fn node(&self) -> &'static str {
        self.core.node(self.node).name
    }

    /// The name of the node; of a child of a `for` with its number or key, as in `pages[3]`.
    pub fn slug(&self) -> Cow<'static, str> {
        self.core.slug(self.node)
    }

    /// The name of the task.
    pub fn task(&self) -> &'static str {
        self.core.node(self.node).task.name
    }

    /// Which attempt of the node this is, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// When the attempt times out; `None` without a `timeout`.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline.get().copied()
    }

    /// How much time the attempt has left; `None` without a `timeout`.
    pub fn time_left(&self) -> Option<Duration> {
        let deadline = self.deadline()?;
        Some(deadline.saturating_duration_since(Instant::now()))
    }

    /// Whether the body is to stop: the run was cancelled or told to stop, or the attempt has timed out. A long body
    /// looks now and then; one that ends with an error after a cancellation is Cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.core.wanted() >= Wanted::Cancelling || self.time_left() == Some(Duration::ZERO)
    }

    /// A new file for this attempt to write and to return, for a task whose result is an [`OutputFile`]. Nothing is at its
    /// [`path`](OutputFile::path) yet; it is called as the target is, so that a program sees by the extension what it is to
    /// write. The directory is the file's own: what a program leaves beside it is removed with it.
    ///
    /// It lies where the run's store lies, so that keeping it is a rename; without such a store among the system's temporary
    /// files. It goes unless the attempt returns it: when it is dropped, and at the latest when the run ends; what a process
    /// leaves that was killed, the next run in that store removes, and the system what lies among its own.
    ///
    /// ```
    /// use std::process::Command;
    /// use flow_runtime::{BoxError, Context, OutputFile, Runner, flow, task};
    ///
    /// #[task(target = "letters.txt")]
    /// fn letters(cx: &Context) -> Result<OutputFile, BoxError> {
    ///     let file = cx.output()?;
    ///     let status = Command::new("cp").arg("Cargo.toml").arg(file.path()).status()?;
    ///     if !status.success() { return Err(format!("cp: {status}").into()) }
    ///     Ok(file)
    /// }
    ///
    /// let run = Runner::in_memory().run(flow! { l = letters(); l })?;
    /// assert!(run.output().path().ends_with("letters.txt"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no place for it, as on a full disk or in a store that cannot be written.
    pub fn output(&self) -> io::Result<OutputFile> {
        executor::file_for(self).map_err(|error| io::Error::new(error.io_kind(), error))
    }

    /// Tells how much is done, from 0 to 1. What is no number says nothing, nor does a body whose attempt has timed out
    /// meanwhile. The command line shows it as a line, at most once a second for a node; so a body may tell it as often as it
    /// likes. In the library it comes to the run's [readers](crate::Runner::reader), and is kept nowhere.
    ///
    /// ```
    /// use flow_runtime::event::Event;
    /// use flow_runtime::{Context, Runner, flow, task};
    ///
    /// #[task]
    /// fn copy(cx: &Context) -> u32 {
    ///     for row in 0..4 {
    ///         cx.progress(f64::from(row) / 4.0);
    ///     }
    ///     4
    /// }
    ///
    /// let (tell, told) = std::sync::mpsc::channel();
    /// let reader = move |event: &Event<'_>| {
    ///     if let Event::NodeProgressed { done, .. } = event { let _ = tell.send(*done); }
    /// };
    /// Runner::in_memory().reader(reader).run(flow! { n = copy(); n })?;
    /// assert_eq!(told.try_iter().collect::<Vec<_>>(), [0.0, 0.25, 0.5, 0.75]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn progress(&self, done: f64) {
        let Some(readers) = &self.core.readers else { return };
        if !done.is_nan() && !self.begun.is_taken() {
            readers.progress(&self.core, self.node, done.clamp(0.0, 1.0));
        }
    }

    /// Leaves `details` to the node's next attempt, in place of what was left before: how far it came, where it goes on.
    ///
    /// In a run that is recorded they are written down before this returns, so that they outlive the process, whatever ends it:
    /// the next attempt is a retry, or one that `resume` or the next slice makes, also of a node that has failed. That costs
    /// about as much as a write to a file, each time, and in a slice whose store keeps runs itself as a request to that: a body that
    /// goes through a million rows leaves them once for many. Each lies in the journal until the run goes on in another process, which writes it anew where it has grown long.
    /// They travel with the run's state, which has a limit: a place in the work, not the work.
    ///
    /// ```
    /// use flow_runtime::{BoxError, Context, Runner, flow, task};
    ///
    /// #[task(retries = 1)]
    /// fn copy(cx: &Context) -> Result<u32, BoxError> {
    ///     let mut done: u32 = cx.details()?.unwrap_or(0);
    ///     while done < 10 {
    ///         done += 1;
    ///         cx.set_details(&done)?;
    ///         if done == 5 && cx.attempt() == 1 { return Err("the line broke".into()) }
    ///     }
    ///     Ok(done)
    /// }
    ///
    /// let run = Runner::in_memory().run(flow! { n = copy(); n })?;
    /// assert_eq!(*run.output(), 10);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If they cannot be serialized, or the attempt has timed out and another one follows it; what was left before stays. If the
    /// run cannot be written down any more: it stops, and this attempt may be the last that knows of them.
    pub fn set_details<T: Serialize + ?Sized>(&self, details: &T) -> Result<(), BoxError> {
        let encoded = message_pack::encode(details)?;
        // The lock is held while it is asked: the next attempt, which needs it, has not begun then.
        let mut story = self.core.tell(self.node);
        if self.begun.is_taken() {
            return Err(format!(
                "attempt {} of `{}` is over: it has timed out",
                self.attempt,
                self.node()
            )
            .into());
        }
        let recorder = self.core.recorder.as_ref();
        if story.details.as_ref() != Some(&encoded) {
            if let Some(recorder) = recorder {
                recorder.append_details(&self.core, self.node, &encoded);
            }
            story.details = Some(encoded);
        }
        drop(story);
        // Also where another thread of the body has just left the same: it may not be written yet.
        recorder.map_or(Ok(()), |recorder| recorder.sync(&self.core))?;
        Ok(())
    }

    /// What an attempt of this node has left; `None` where none has.
    ///
    /// # Errors
    ///
    /// If it left a value of another type.
    pub fn details<T: DeserializeOwned>(&self) -> Result<Option<T>, BoxError> {
        let story = self.core.story(self.node);
        let Some(encoded) = story.as_ref().and_then(|story| story.details.as_deref()) else {
            return Ok(None);
        };
        let details = rmp_serde::from_slice(encoded);
        details.map(Some).map_err(|error| {
            let wanted = core::any::type_name::<T>();
            let node = self.node();
            format!("the details that an attempt of `{node}` has left cannot be read as `{wanted}`: {error}")
                .into()
        })
    }

    /// Raises [`Signal::skip`]: `return Err(cx.skip("…").into())`.
    pub fn skip(&self, message: impl Into<String>) -> Signal {
        self.raise(Signal::skip(message))
    }

    /// Raises [`Signal::fail`].
    pub fn fail(&self, message: impl Into<String>) -> Signal {
        self.raise(Signal::fail(message))
    }

    /// Raises [`Signal::succeed`].
    pub fn succeed<T: Shared>(&self, value: T) -> Signal {
        self.raise(Signal::succeed(value))
    }

    /// Raises [`Signal::retry_at`].
    pub fn retry_at(&self, time: Timestamp, message: impl Into<String>) -> Signal {
        self.raise(Signal::retry_at(time, message))
    }

    /// Raises [`Signal::retry_in`].
    pub fn retry_in(&self, delay: Duration, message: impl Into<String>) -> Signal {
        self.raise(Signal::retry_in(delay, message))
    }

    /// Raises [`Signal::pause`].
    pub fn pause(&self, message: impl Into<String>) -> Signal {
        self.raise(Signal::pause(message))
    }

    /// Raises [`Signal::cancel`].
    pub fn cancel(&self, message: impl Into<String>) -> Signal {
        self.raise(Signal::cancel(message))
    }

    /// Raises [`Signal::end_run`].
    pub fn end_run(&self, message: impl Into<String>) -> Signal {
        self.raise(Signal::end_run(message))
    }

    /// Raises a signal that was made elsewhere.
    pub fn raise(&self, signal: Signal) -> Signal {
        *self.raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(signal.clone());
        signal
    }

    /// Forgets what was raised here.
    pub(crate) fn forget_raised(&mut self) {
        *self.raised.get_mut().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether a signal was raised here.
    pub(crate) fn has_raised(&mut self) -> bool {
        self.raised
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
    }

    /// The signal that was raised here, for the first who asks.
    pub(crate) fn take_raised(&self) -> Option<Signal> {
        self.raised.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl core::fmt::Debug for Context {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Context")
            .field("run_id", self.run_id())
            .field("node", &self.node())
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}
