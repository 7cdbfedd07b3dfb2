//! What became of an upstream, for a parameter that takes more than its value.

use core::error::Error;
use core::fmt;
use std::borrow::Cow;
use std::sync::Arc;

use crate::failure::NodeFailure;
use crate::state::StateType;

/// What became of an upstream node: a parameter of this type takes whatever it was.
///
/// ```
/// use flow_runtime::{Outcome, Runner, flow, task};
///
/// #[task]
/// fn measure(fails: bool) -> Result<u32, String> {
///     if fails { Err("no sensor".to_owned()) } else { Ok(7) }
/// }
///
/// #[task]
/// fn tell(measured: Outcome<&u32>) -> String {
///     match measured {
///         Outcome::Success(value) => format!("measured {value}"),
///         Outcome::Failed(failure) => format!("nothing: {}", failure.message()),
///         Outcome::Skipped | Outcome::Cancelled => "nothing".to_owned(),
///     }
/// }
///
/// let f = flow! { m = measure(true); told = tell(m); told };
/// let run = Runner::in_memory().run(f)?;
/// assert_eq!(run.output(), "nothing: no sensor");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub enum Outcome<T> {
    /// It succeeded with this value.
    Success(T),
    /// It was skipped.
    Skipped,
    /// It failed, or did not run as what it depends on failed.
    Failed(UpstreamFailure),
    /// It was cancelled.
    Cancelled,
}

impl<T> Outcome<T> {
    /// The value of a success.
    pub fn success(self) -> Option<T> {
        match self {
            Self::Success(value) => Some(value),
            Self::Skipped | Self::Failed(_) | Self::Cancelled => None,
        }
    }

    /// Why it failed, if it did.
    pub fn failure(&self) -> Option<&UpstreamFailure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Success(_) | Self::Skipped | Self::Cancelled => None,
        }
    }

    /// Whether there is a value.
    pub const fn is_success(&self) -> bool {
        matches!(self, Self::Success(_))
    }

    /// The same outcome with another value.
    pub fn map<U>(self, value: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Success(of) => Outcome::Success(value(of)),
            Self::Skipped => Outcome::Skipped,
            Self::Failed(failure) => Outcome::Failed(failure),
            Self::Cancelled => Outcome::Cancelled,
        }
    }
}

/// The failure of an upstream node.
#[derive(Debug, Clone)]
pub struct UpstreamFailure {
    pub(crate) node: &'static str,
    pub(crate) slug: Cow<'static, str>,
    pub(crate) state: StateType,
    pub(crate) message: String,
    pub(crate) cause: Option<Arc<NodeFailure>>,
}

impl UpstreamFailure {
    /// The upstream node's name.
    pub fn node(&self) -> &'static str {
        self.node
    }

    /// The same; of a child of a `for` with its number or key, as in `pages[3]`.
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// Failed, TimedOut or TriggerFailed.
    pub fn state(&self) -> StateType {
        self.state
    }

    /// What went wrong, in one line.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The failure in full; `None` where the node did not run.
    pub fn cause(&self) -> Option<&NodeFailure> {
        self.cause.as_deref()
    }
}

impl fmt::Display for UpstreamFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {}: {}", self.slug, self.state, self.message)
    }
}

impl Error for UpstreamFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().and_then(Error::source)
    }
}
