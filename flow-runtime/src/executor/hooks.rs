//! Asks hooks about a change of state, in one order for the whole run: what one of them is told, all that are asked
//! later have been told too.

use std::sync::{Arc, Mutex, PoisonError};

use crate::contained::caught;
use crate::failure::Cause;
use crate::hook::{FailedNode, FailureHook, NodeInfo};
use crate::signal::Signal;
use crate::state::{State, StateType};
use crate::task::BoxError;

/// A hook of a whole run.
pub(crate) type RunHook =
    Arc<dyn Fn(&NodeInfo<'_>, &State, &State) -> Result<Option<Signal>, BoxError> + Send + Sync>;

/// The hooks of one run, beside those of its tasks.
pub(crate) struct Hooks {
    of_run: Vec<RunHook>,
    order: Mutex<()>,
}

/// What the hooks make of a change.
pub(super) enum Answer {
    /// It is as it was to be.
    Pass,
    /// It is what this signal says.
    Signal(Signal),
    /// A hook failed, and its node with it.
    Failed(Cause),
}

impl Hooks {
    pub(crate) fn new(of_run: Vec<RunHook>) -> Self {
        Self {
            of_run,
            order: Mutex::new(()),
        }
    }

    /// Whether every node has hooks.
    pub(super) fn are_for_all(&self) -> bool {
        !self.of_run.is_empty()
    }

    /// Asks the node's own hook, then those of the run; each is told of what the one before made of the change, which for a
    /// signal is what `becomes` says.
    pub(super) fn ask(
        &self,
        node: &NodeInfo<'_>,
        old: &State,
        new: &State,
        becomes: &dyn Fn(&Signal) -> State,
    ) -> Answer {
        let _order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        let own = node.core.node(node.node).rules().on_state;
        let own = own.map(|hook| (hook.name, caught(|| (hook.call)(node, old, new))));
        let mut told = Told {
            answer: Answer::Pass,
            changed: None,
            becomes,
        };
        if let Some((name, called)) = own {
            told.note(Some(name), called);
        }
        for hook in &self.of_run {
            let called = caught(|| hook(node, old, told.changed.as_ref().unwrap_or(new)));
            told.note(None, called);
        }
        told.answer
    }

    /// Tells the hook of a node that has finally failed.
    pub(super) fn failed(&self, hook: &FailureHook, node: &FailedNode<'_>) -> Result<(), Cause> {
        let _order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        let name = Some(hook.name);
        match caught(|| (hook.call)(node)) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Cause::Hook { name, error }),
            Err(message) => Err(panicked(name, &message)),
        }
    }
}

/// What hooks have answered so far.
struct Told<'a> {
    answer: Answer,
    /// What that makes of the change.
    changed: Option<State>,
    becomes: &'a dyn Fn(&Signal) -> State,
}

impl Told<'_> {
    fn note(&mut self, name: Option<&'static str>, called: Result<Result<Option<Signal>, BoxError>, String>) {
        let cause = match called {
            Ok(Ok(None)) => return,
            Ok(Ok(Some(signal))) => {
                self.changed = Some((self.becomes)(&signal));
                self.answer = Answer::Signal(signal);
                return;
            }
            Ok(Err(error)) => Cause::Hook { name, error },
            Err(message) => panicked(name, &message),
        };
        self.changed = Some(State::new(StateType::Failed, cause.summary()));
        self.answer = Answer::Failed(cause);
    }
}

fn panicked(name: Option<&'static str>, message: &str) -> Cause {
    let error = format!("panicked: {message}").into();
    Cause::Hook { name, error }
}
