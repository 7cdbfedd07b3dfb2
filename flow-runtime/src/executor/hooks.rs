//! Asks hooks about a change of state, in one order for the whole run: what one of them is told, all that are asked
//! later have been told too.

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::{Arc, Mutex, PoisonError};

use crate::failure::{Cause, panic_message};
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

    /// Asks the node's own hook, then those of the run; each is told of what the one before made of the change.
    pub(super) fn ask(&self, node: &NodeInfo<'_>, old: &State, new: &State) -> Answer {
        let _order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        let own = node.core.spec.nodes[node.node].rules().on_state;
        let own = own.map(|hook| (hook.name, caught(|| (hook.call)(node, old, new))));
        let mut answer = Answer::Pass;
        let mut changed = None;
        if let Some((name, result)) = own {
            note(&mut answer, &mut changed, name, result);
        }
        for hook in &self.of_run {
            let result = caught(|| hook(node, old, changed.as_ref().unwrap_or(new)));
            note(&mut answer, &mut changed, "of the run", result);
        }
        answer
    }

    /// Tells the hook of a node that has finally failed.
    pub(super) fn failed(&self, hook: &FailureHook, node: &FailedNode<'_>) -> Result<(), Cause> {
        let _order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        match caught(|| (hook.call)(node)) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(hook_failed(hook.name, error)),
            Err(message) => Err(hook_failed(hook.name, format!("panicked: {message}").into())),
        }
    }
}

type Called = Result<Result<Option<Signal>, BoxError>, String>;

fn note(answer: &mut Answer, changed: &mut Option<State>, name: &'static str, result: Called) {
    let error = match result {
        Ok(Ok(None)) => return,
        Ok(Ok(Some(signal))) => {
            *changed = Some(signal.state());
            *answer = Answer::Signal(signal);
            return;
        }
        Ok(Err(error)) => error,
        Err(message) => format!("panicked: {message}").into(),
    };
    let cause = hook_failed(name, error);
    *changed = Some(State::new(StateType::Failed, cause.summary()));
    *answer = Answer::Failed(cause);
}

fn hook_failed(name: &'static str, error: BoxError) -> Cause {
    Cause::Hook { name, error }
}

fn caught<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| panic_message(&*panic))
}
