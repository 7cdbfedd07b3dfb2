//! The same graph for the engine: a flow put together at run time, whose nodes are one task.

use flow_runtime::__private::{
    AllSuccessful, Attempt, Call, Codec, Edge, Fingerprint, FlowBuilder, FlowSpec, Generated, Location,
    OutputSpec, Rules, SkipOnUpstreamSkip, Task, TaskCall, TaskSpec,
};
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

fn run(attempt: &Attempt) -> Call<'_> {
    attempt.call(Body {
        work: *attempt.params::<Work>(),
        sum: attempt.data::<u64>().copied().fold(0, u64::wrapping_add),
    })
}

impl EngineSide {
    /// Puts the flow together.
    pub fn new(shape: &Shape) -> Self {
        let mut flow = FlowBuilder::new(&shape.name);
        for (node, upstream) in shape.upstream.iter().enumerate() {
            let edges: Vec<Edge> = upstream.iter().copied().map(Edge::data).collect();
            flow.node(&format!("n{node}"), Body::SPEC, &edges, run);
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
}
