//! What becomes of a run under way whose flow is another one now.

use flow_runtime::state::{NodeState, RunState};
use flow_runtime::{Budget, Flow, Restored, Runner, Slice, Start, StateError, StateType};
use tempfile::TempDir;

/// How a version of a flow takes a run state.
pub(crate) type Restore<F> = fn(RunState) -> Result<Restored<F>, StateError>;

/// A run of which so many nodes have ended, and the store that has it.
struct UnderWay {
    directory: TempDir,
    published: String,
}

impl UnderWay {
    fn new<S: Start>(flow: S, tasks: u32) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let runner = Runner::new().store(directory.path()).jobs(1);
        let published = match runner.slice(flow, Budget::tasks(tasks)).expect("it starts") {
            Slice::CallAgain { state, .. } => state.to_json(),
            Slice::Finished(run) => run.run_state().expect("it can be written").to_json(),
        };
        let state = RunState::from_json(&published).expect("it can be read");
        let done = state
            .nodes()
            .filter(|node| node.state().kind == StateType::Success)
            .count();
        assert_eq!(done, tasks as usize, "{published}");
        Self { directory, published }
    }

    fn runner(&self) -> Runner {
        Runner::new().store(self.directory.path()).jobs(1)
    }
}

/// What becomes of a run whose first `tasks` nodes have a result: the nodes whose bodies ran then and the error.
///
/// Asked three times: of the published state with its store, of the published state in another store, of the journal.
pub(crate) fn verdict<S: Start, F: Flow>(
    flow: impl Fn() -> S,
    tasks: u32,
    restore: Restore<F>,
) -> Result<Vec<String>, StateError> {
    let published = {
        let run = UnderWay::new(flow(), tasks);
        let state = RunState::from_json(&run.published).expect("it can be read");
        restore(state).map(|restored| ended(&sliced(&run.runner(), restored), &run.published))
    };
    let elsewhere = {
        let run = UnderWay::new(flow(), tasks);
        let state = RunState::from_json(&run.published).expect("it can be read");
        let other = tempfile::tempdir().expect("a temporary directory");
        let runner = Runner::new().store(other.path()).jobs(1);
        restore(state).map(|restored| ended(&sliced(&runner, restored), &run.published))
    };
    let journal = {
        let run = UnderWay::new(flow(), tasks);
        let state = run.runner().recorded("latest").expect("it is recorded");
        restore(state).map(|restored| {
            let resumed = run.runner().resume(restored).expect("it succeeds");
            ended(&resumed.run_state().expect("it can be written"), &run.published)
        })
    };
    let shown = |verdict: &Result<Vec<String>, StateError>| match verdict {
        Ok(ran) => ran.join(", "),
        Err(error) => format!("{error}; {}", error.advice()),
    };
    assert_eq!(shown(&published), shown(&elsewhere));
    assert_eq!(shown(&published), shown(&journal));
    published
}

fn sliced<F: Flow>(runner: &Runner, restored: Restored<F>) -> RunState {
    match runner.slice(restored, Budget::tasks(100)).expect("it starts") {
        Slice::Finished(run) => run.run_state().expect("it can be written"),
        Slice::CallAgain { state, .. } => panic!("it has not ended: {}", state.to_json()),
    }
}

/// The nodes that have ended since, all of them well.
fn ended(now: &RunState, before: &str) -> Vec<String> {
    let before = RunState::from_json(before).expect("it can be read");
    let was = |slug: &str| {
        before
            .node(slug)
            .is_some_and(|node| node.state().kind.is_finished())
    };
    let new = now.nodes().filter(|node| !was(node.slug()));
    for node in now.nodes() {
        assert_eq!(
            node.state().kind,
            StateType::Success,
            "{}: {}",
            node.slug(),
            node.state()
        );
    }
    new.map(NodeState::slug).map(str::to_owned).collect()
}
