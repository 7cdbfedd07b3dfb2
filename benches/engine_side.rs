//! The same graph for the engine: a flow put together at run time, whose nodes are one task.

use flow_runtime::__private::{
    AllSuccessful, Attempt, Call, Codec, Edge, Fingerprint, FlowBuilder, FlowSpec, Generated, Location,
    OnChange, OutputSpec, Piece, Rules, SkipOnUpstreamSkip, Task, TaskCall, TaskSpec, Template,
};
use flow_runtime::state::RunState;
use flow_runtime::{Context, Key, Runner};

use crate::body::Work;
use crate::shape::Shape;

/// A graph as a flow.
pub struct EngineSide {
    spec: &'static FlowSpec,
    last: usize,
}

struct Body {
    work: Work,
    sum: u64,
}

impl Task for Body {
    type Output = u64;
    type Trigger = AllSuccessful;
    type Skip = SkipOnUpstreamSkip;
    const SPEC: &'static TaskSpec = &TaskSpec {
        name: "body",
        function: "body",
        path: core::any::type_name::<Self>,
        location: Location::new(file!(), 1, 1),
        docs: "",
        version: "",
        checkpoint: true,
        target: None,
        body: Fingerprint::from_bytes([0; 32]),
        asynchronous: false,
        on_change: OnChange::Reuse,
        rules: Rules::DEFAULT,
        parameters: &[],
        output: OutputSpec::new::<u64>(Codec::message_pack::<u64>()),
    };

    fn call<'run>(self, _: &'run Context) -> TaskCall<'run, u64>
    where
        Self: 'run,
    {
        TaskCall::Done(Ok(self.work.run(self.sum)))
    }
}

struct Written(Body);

impl Task for Written {
    type Output = u64;
    type Trigger = AllSuccessful;
    type Skip = SkipOnUpstreamSkip;
    const SPEC: &'static TaskSpec = &TaskSpec {
        name: "written",
        target: Some(Template {
            source: "<node>.txt",
            pieces: &[Piece::Node, Piece::Text(".txt")],
        }),
        output: OutputSpec::text::<u64, _>(),
        ..*Body::SPEC
    };

    fn call<'run>(self, context: &'run Context) -> TaskCall<'run, u64>
    where
        Self: 'run,
    {
        self.0.call(context)
    }
}

fn run_written(attempt: &Attempt) -> Call<'_> {
    attempt.call(Written(body(attempt)))
}

fn run(attempt: &Attempt) -> Call<'_> {
    attempt.call(body(attempt))
}

fn body(attempt: &Attempt) -> Body {
    Body {
        work: *attempt.params::<Work>(),
        sum: attempt.data::<u64>().copied().fold(0, u64::wrapping_add),
    }
}

impl EngineSide {
    /// Puts the flow together.
    pub fn new(shape: &Shape) -> Self {
        Self::of(shape, Body::SPEC, run)
    }

    /// The same with a target for each node.
    pub fn with_targets(shape: &Shape) -> Self {
        Self::of(shape, Written::SPEC, run_written)
    }

    fn of(shape: &Shape, task: &'static TaskSpec, run: for<'run> fn(&'run Attempt) -> Call<'run>) -> Self {
        let mut flow = FlowBuilder::new(&shape.name);
        for (node, upstream) in shape.upstream.iter().enumerate() {
            let edges: Vec<Edge> = upstream.iter().copied().map(Edge::data).collect();
            flow.node(&format!("n{node}"), task, &edges, run);
        }
        Self {
            spec: flow.build(None),
            last: shape.upstream.len() - 1,
        }
    }

    /// Runs it in memory, and gives the last node's result.
    ///
    /// # Panics
    ///
    /// If the run fails.
    pub fn run(&self, runner: &Runner, work: Work) -> u64 {
        let run = runner
            .run(Generated::new(self.spec, work))
            .expect("nothing fails");
        *run.result(Key::<u64>::new(self.spec, self.last))
            .expect("in memory")
    }

    /// The state of its run.
    ///
    /// # Panics
    ///
    /// If the run fails.
    pub fn state(&self, runner: &Runner, work: Work) -> RunState {
        let run = runner
            .run(Generated::new(self.spec, work))
            .expect("nothing fails");
        run.run_state().expect("nothing is in the way")
    }

    /// Goes on with its latest recorded run.
    ///
    /// # Panics
    ///
    /// If the run fails.
    pub fn go_on(&self, runner: &Runner, work: Work) {
        let state = runner.recorded("latest").expect("it is recorded");
        let restored = Generated::new(self.spec, work)
            .restore(state)
            .expect("the same flow");
        runner.resume(restored).expect("nothing fails");
    }
}
