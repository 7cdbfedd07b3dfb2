//! Why a node failed, with everything a person needs to act on it.

use core::error::Error;
use core::fmt::{self, Write as _};
use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use crate::checkpoint::CheckpointError;
use crate::spec::NodeSpec;
use crate::task::BoxError;

/// Why a node is Failed.
#[derive(Debug)]
pub struct NodeFailure {
    flow: &'static str,
    node: &'static NodeSpec,
    cause: Cause,
}

/// What went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum Cause {
    /// The body returned an error.
    Error(BoxError),
    /// The body, or an argument of the call, panicked with this message.
    Panic(String),
    /// The node's result, or one that it needs, could not be read, written or placed.
    Checkpoint(CheckpointError),
}

impl NodeFailure {
    pub(crate) fn new(flow: &'static str, node: &'static NodeSpec, cause: Cause) -> Self {
        Self { flow, node, cause }
    }

    /// The name of the flow.
    pub fn flow(&self) -> &'static str {
        self.flow
    }

    /// The node.
    pub fn node(&self) -> &'static NodeSpec {
        self.node
    }

    /// What went wrong.
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// The cause in one line, without its own causes.
    pub fn summary(&self) -> String {
        match &self.cause {
            Cause::Error(error) => said(&**error),
            Cause::Panic(message) => format!("panicked: {message}"),
            Cause::Checkpoint(error) => error.to_string(),
        }
    }
}

impl fmt::Display for NodeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "node `{}` of flow `{}` failed ({})",
            self.node.name, self.flow, self.node.location
        )?;
        if let Cause::Panic(message) = &self.cause {
            write!(f, ": panicked: {message}")?;
        }
        Ok(())
    }
}

impl Error for NodeFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.cause {
            Cause::Error(error) => Some(&**error),
            Cause::Panic(_) => None,
            Cause::Checkpoint(error) => Some(error),
        }
    }
}

/// An error with its causes, one a line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = said(error);
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = said(cause);
        // Some errors repeat their cause in their own text; once is enough.
        if !text.ends_with(&cause_text) {
            text.push_str("\n  because: ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

/// What an error says. Its `Display` is the author's code: where it fails or panics, that is said.
fn said(error: &dyn Error) -> String {
    let mut text = String::new();
    match catch_unwind(AssertUnwindSafe(|| write!(text, "{error}"))) {
        Ok(Ok(())) => text,
        Ok(Err(fmt::Error)) => "an error whose `Display` fails".to_owned(),
        Err(panic) => format!("an error whose `Display` panicked: {}", panic_message(&*panic)),
    }
}

/// The message of a caught panic.
pub(crate) fn panic_message(payload: &(dyn core::any::Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic without a message".to_owned()
    }
}
