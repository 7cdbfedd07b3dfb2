//! Why a node failed, with everything a person needs to act on it.

use core::error::Error;
use core::fmt::{self, Write as _};
use core::time::Duration;
use std::borrow::Cow;

use crate::checkpoint::CheckpointError;
use crate::contained::{caught, dispose};
use crate::executor::Core;
use crate::secret::without_secrets;
use crate::spec::NodeSpec;
use crate::task::BoxError;

/// Why a node is Failed.
pub struct NodeFailure {
    flow: &'static str,
    node: &'static NodeSpec,
    slug: Cow<'static, str>,
    cause: Cause,
}

/// What went wrong.
#[non_exhaustive]
pub enum Cause {
    /// The body returned an error.
    Error(BoxError),
    /// The body, or an argument of the call, panicked with this message.
    Panic(String),
    /// The node's result, or one that it needs, could not be read, written or placed.
    Checkpoint(CheckpointError),
    /// An attempt took longer than this.
    Timeout(Duration),
    /// Its process died so often while it ran that it is not attempted again.
    Died(u32),
    /// The signal `fail`, with its message, or one that could not be followed.
    Signal(String),
    /// A hook failed.
    Hook {
        /// As it is written in the source; `None` for a hook of the whole run.
        name: Option<&'static str>,
        /// Its error, or the message of its panic.
        error: BoxError,
    },
}

impl Drop for NodeFailure {
    fn drop(&mut self) {
        // An error is the author's, and so is its `Drop`.
        dispose(core::mem::replace(&mut self.cause, Cause::Died(0)));
    }
}

impl NodeFailure {
    pub(crate) fn new(core: &Core, node: usize, cause: Cause) -> Self {
        Self {
            flow: core.spec.name,
            node: core.node(node),
            slug: core.slug(node),
            cause,
        }
    }

    /// The name of the flow.
    pub fn flow(&self) -> &'static str {
        self.flow
    }

    /// The node; of a child of a `for` the `for`.
    pub fn node(&self) -> &'static NodeSpec {
        self.node
    }

    /// The node's name; of a child of a `for` with its number or key, as in `pages[3]`.
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// What went wrong.
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// The cause with its own causes, each after a colon.
    pub fn summary(&self) -> String {
        self.cause.summary()
    }
}

impl Cause {
    /// With its own causes, each after a colon.
    pub(crate) fn summary(&self) -> String {
        match self {
            Self::Error(error) => causes(&**error).join(": "),
            Self::Panic(message) => format!("panicked: {message}"),
            Self::Checkpoint(error) => causes(error).join(": "),
            Self::Timeout(limit) => format!("took longer than its timeout of {limit:?}"),
            Self::Died(deaths) => format!("its process died {deaths} times while it ran"),
            Self::Signal(message) if message.trim().is_empty() => "a signal without a message".to_owned(),
            Self::Signal(message) => message.clone(),
            Self::Hook { name, error } => {
                format!("{} failed: {}", hook(*name), causes(&**error).join(": "))
            }
        }
    }
}

fn hook(name: Option<&'static str>) -> String {
    name.map_or_else(
        || "a hook of the run".to_owned(),
        |name| format!("its hook `{name}`"),
    )
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Error(error) => format!("Error({error:?})"),
            Self::Panic(message) => format!("Panic({message:?})"),
            Self::Checkpoint(error) => format!("Checkpoint({error:?})"),
            Self::Timeout(limit) => format!("Timeout({limit:?})"),
            Self::Died(deaths) => format!("Died({deaths})"),
            Self::Signal(message) => format!("Signal({message:?})"),
            Self::Hook { name, error } => format!("Hook {{ name: {name:?}, error: {error:?} }}"),
        };
        f.write_str(&without_secrets(text))
    }
}

impl fmt::Debug for NodeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeFailure")
            .field("flow", &self.flow)
            .field("node", &self.slug)
            .field("cause", &self.cause)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for NodeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "node `{}` of flow `{}` failed ({})",
            self.slug, self.flow, self.node.location
        )?;
        match &self.cause {
            Cause::Error(_) | Cause::Checkpoint(_) => Ok(()),
            Cause::Hook { name, .. } => write!(f, ": {} failed", hook(*name)),
            Cause::Panic(_) | Cause::Timeout(_) | Cause::Died(_) | Cause::Signal(_) => {
                write!(f, ": {}", self.summary())
            }
        }
    }
}

impl Error for NodeFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.cause {
            Cause::Error(error) | Cause::Hook { error, .. } => Some(&**error),
            Cause::Panic(_) | Cause::Timeout(_) | Cause::Died(_) | Cause::Signal(_) => None,
            Cause::Checkpoint(error) => Some(error),
        }
    }
}

/// The most causes of an error that are looked at: `source` is the author's code, and may lead back to the error.
const MOST_CAUSES: usize = 32;

/// An error with its causes, one a line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    causes(error).join("\n  because: ")
}

/// What an error says, then what each of its causes says; at least one text, and none is empty.
pub(crate) fn causes(error: &(dyn Error + 'static)) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let said = core::iter::once(error).chain(sources(error)).map(said);
    let said = said.map(without_secrets);
    for text in said.filter(|text| !text.trim().is_empty()) {
        // Some errors repeat their cause in their own text; once is enough.
        if !texts.iter().any(|earlier| earlier.ends_with(&text)) {
            texts.push(text);
        }
    }
    if texts.is_empty() {
        texts.push("an error whose `Display` says nothing".to_owned());
    }
    texts
}

/// The causes of an error, as far as they can be asked for.
pub(crate) fn sources<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let source = |error: &'a (dyn Error + 'static)| caught(|| error.source()).unwrap_or(None);
    core::iter::successors(source(error), |&error| source(error))
        .take(MOST_CAUSES)
        .collect()
}

/// What an error says. Its `Display` is the author's code: where it fails or panics, that is said.
fn said(error: &dyn Error) -> String {
    let mut text = String::new();
    match caught(|| write!(text, "{error}")) {
        Ok(Ok(())) => text,
        Ok(Err(fmt::Error)) => "an error whose `Display` fails".to_owned(),
        Err(panic) => format!("an error whose `Display` panicked: {panic}"),
    }
}

#[cfg(test)]
mod tests {
    use core::error::Error;
    use core::fmt;

    use super::chain;
    use crate::signal::Signal;

    /// An error whose cause is said to be itself.
    #[derive(Debug)]
    struct Own;

    impl fmt::Display for Own {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("no end")
        }
    }

    impl Error for Own {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(self)
        }
    }

    /// An error that cannot say what caused it.
    #[derive(Debug)]
    struct Unasked;

    impl fmt::Display for Unasked {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("do not ask")
        }
    }

    impl Error for Unasked {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            panic!("you have asked")
        }
    }

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Caused {
        text: &'static str,
        source: Box<dyn Error>,
    }

    #[test]
    fn an_error_that_is_its_own_cause_is_told_once() {
        assert_eq!(chain(&Own), "no end");
        assert!(Signal::among(&Own).is_none());
    }

    #[test]
    fn an_error_that_panics_when_it_is_asked_for_its_cause_has_none() {
        assert_eq!(chain(&Unasked), "do not ask");
        assert!(Signal::among(&Unasked).is_none());
    }

    #[test]
    fn an_error_that_says_nothing_leaves_no_empty_reason() {
        let silent = |text, source: Box<dyn Error>| Caused { text, source };
        let alone = crate::task::BoxError::from("");
        assert_eq!(chain(&*alone), "an error whose `Display` says nothing");
        let parse = "x".parse::<u8>().expect_err("no number");
        assert_eq!(
            chain(&silent(" \n", parse.into())),
            "invalid digit found in string"
        );
        assert_eq!(chain(&silent("rows.csv", "".into())), "rows.csv");
    }

    #[test]
    fn a_cause_that_its_error_repeats_is_told_once() {
        let parse = "x".parse::<u8>().expect_err("no number");
        let inner = Caused {
            text: "line 3: invalid digit found in string",
            source: parse.into(),
        };
        let outer = Caused {
            text: "rows.csv",
            source: inner.into(),
        };
        let told = "rows.csv\n  because: line 3: invalid digit found in string";
        assert_eq!(chain(&outer), told);
    }
}
