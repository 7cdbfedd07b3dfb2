//! Runs a script, and gathers what its nodes came to.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use flow_runtime::__private::{Generated, Start};
use flow_runtime::event::Event;
use flow_runtime::{Key, NodeInfo, ResultError, Run, Runner, State, StateType};

use super::fate::{Change, Fate};
use super::hook::number_of;
use super::observed::Observed;
use super::script::{Launch, Pace, Script};

/// What a run came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Came {
    pub(crate) run: StateType,
    pub(crate) nodes: Vec<NodeCame>,
}

/// What a node came to, as far as it can be seen.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NodeCame {
    pub(crate) state: StateType,
    pub(crate) message: String,
    pub(crate) calls: u32,
    pub(crate) result: Result<u64, Missing>,
    /// `None` where no hook noted them.
    pub(crate) changes: Option<Vec<Change>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Missing {
    NoValue,
    NotKept,
    Unreadable(String),
}

impl NodeCame {
    /// As the fate of an upstream.
    pub(crate) fn fate(&self) -> Fate {
        Fate {
            value: self.result.as_ref().ok().copied(),
            ..Fate::new(self.state)
        }
    }
}

/// Runs a script.
///
/// # Errors
///
/// What must never be seen of a run.
pub(crate) fn perform(script: &Script) -> Result<Came, String> {
    performed(script).map(|(came, _)| came)
}

/// Whether what a run of the script came to is right. A body whose time is over may not have come to count that it began when the
/// run has ended, on a thread that nobody waits for: if it is wrong, it is counted again a little later.
///
/// # Errors
///
/// What must never be seen of a run.
pub(crate) fn judged(
    script: &Script,
    judge: impl Fn(&Script, &Came) -> Result<(), String>,
) -> Result<(), String> {
    let (mut came, observed) = performed(script)?;
    let judgement = judge(script, &came);
    if judgement.is_ok() || script.nodes.iter().all(|node| node.pace != Pace::TimesOut) {
        return judgement;
    }
    thread::sleep(Duration::from_millis(300));
    for (node, came) in came.nodes.iter_mut().enumerate() {
        came.calls = observed.calls(node);
    }
    judge(script, &came)
}

fn performed(script: &Script) -> Result<(Came, Arc<Observed>), String> {
    let store = script.manner.is_stored.then(tempfile::tempdir).transpose();
    let store = store.map_err(|error| error.to_string())?;
    let store = store.as_ref().map(tempfile::TempDir::path);
    let runner = store.map_or_else(Runner::in_memory, |store| Runner::new().store(store));
    let observed = Arc::new(Observed::new(script.clone(), script.build()));
    Ok((observed_in(script, runner, &observed)?, observed))
}

/// Runs a script where the runner says.
///
/// # Errors
///
/// What must never be seen of a run.
pub(crate) fn perform_in(script: &Script, runner: Runner) -> Result<Came, String> {
    observed_in(
        script,
        runner,
        &Arc::new(Observed::new(script.clone(), script.build())),
    )
}

fn observed_in(script: &Script, runner: Runner, observed: &Arc<Observed>) -> Result<Came, String> {
    let spec = observed.spec;
    let runner = given(options(runner, observed), observed);
    let came = catch_unwind(AssertUnwindSafe(|| match spec.tail {
        None => run(&runner, Generated::new(spec, Arc::clone(observed)), observed),
        Some(tail) => {
            let tail = Key::<u64>::new(spec, tail);
            run(
                &runner,
                Generated::with_tail(tail, Arc::clone(observed)),
                observed,
            )
        }
    }));
    observed.all_is_over();
    let came = came.map_err(|_| "the engine panicked; see above".to_owned())??;
    if let Some(violation) = observed.violations.lock().unwrap().first() {
        return Err(violation.clone());
    }
    let ended = came.nodes.iter().map(|node| node.state.is_finished());
    let ended = ended
        .enumerate()
        .fold(0, |all, (node, ended)| all | u64::from(ended) << node);
    let told = observed.told_ended.load(Ordering::SeqCst);
    if script.manner.is_read && told != ended {
        return Err(format!(
            "the ends of {ended:b} are there to tell, those of {told:b} were told"
        ));
    }
    Ok(came)
}

/// The results given by hand.
pub(crate) fn given(mut runner: Runner, observed: &Observed) -> Runner {
    for (node, of) in observed.script.nodes.iter().enumerate() {
        if let Some(given) = of.given {
            runner = runner.given(Key::<u64>::new(observed.spec, node), given);
        }
    }
    runner
}

/// What else runs the script: its hooks, its reader.
pub(crate) fn options(mut runner: Runner, observed: &Arc<Observed>) -> Runner {
    let script = &observed.script;
    runner = runner.jobs(script.manner.jobs);
    if let Some([t, u]) = script.manner.at_most {
        runner = runner.at_most("t", t).at_most("u", u);
    }
    if script.manner.fail_fast {
        runner = runner.fail_fast();
    }
    for place in 0..2 {
        if script.nodes.iter().any(|node| node.of_run[place].is_some()) {
            let observed = Arc::clone(observed);
            runner = runner.on_state(move |info: &NodeInfo<'_>, old: &State, new: &State| {
                match &observed.script.nodes[number_of(info.name())].of_run[place] {
                    None => Ok(None),
                    Some(hook) => hook.call(info, old, new),
                }
            });
        }
    }
    if script.manner.is_watched {
        let observed = Arc::clone(observed);
        runner = runner.on_state(move |info: &NodeInfo<'_>, old: &State, new: &State| {
            observed.note(info, old, new);
        });
    }
    if script.manner.is_read {
        let observed = Arc::clone(observed);
        runner = runner.reader(move |event: &Event<'_>| observed.read(event));
    }
    runner
}

fn run<S: Start>(runner: &Runner, flow: S, observed: &Observed) -> Result<Came, String> {
    let script = &observed.script;
    let launched = match script.manner.launch {
        Launch::Here | Launch::Slices => runner.run_to_end(flow),
        Launch::Background => runner.start(flow).map(flow_runtime::Handle::wait_to_end),
        Launch::Cancelled(after) => runner.start(flow).map(|handle| {
            thread::sleep(Duration::from_micros(after));
            handle.cancel("cancelled");
            handle.wait_to_end()
        }),
        Launch::Async { one_thread } => Ok(crate::launch(runner, flow, Some(one_thread))),
    };
    let run = launched.map_err(|error| error.to_string())?;
    Ok(came(&run, observed))
}

/// What a run came to.
pub(crate) fn came<F: flow_runtime::Flow>(run: &Run<F>, observed: &Observed) -> Came {
    let nodes = run.nodes().enumerate().map(|(node, (_, state))| NodeCame {
        state: state.kind,
        message: state.message,
        calls: observed.calls(node),
        result: result(run, Key::new(observed.spec, node)),
        changes: observed.script.manner.is_watched.then(|| observed.changes(node)),
    });
    Came {
        run: run.state().kind,
        nodes: nodes.collect(),
    }
}

fn result<F: flow_runtime::Flow>(run: &Run<F>, key: Key<u64>) -> Result<u64, Missing> {
    match run.result(key) {
        Ok(value) => Ok(*value),
        Err(ResultError::NoValue { .. }) => Err(Missing::NoValue),
        Err(ResultError::NotKept { .. }) => Err(Missing::NotKept),
        Err(other) => Err(Missing::Unreadable(other.to_string())),
    }
}
