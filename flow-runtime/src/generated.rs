//! Flows that are put together at run time: random graphs of tests, large ones of benchmarks. Not for authors: what
//! `flow!` checks at compile time is here a panic, and what is built is never freed.

use core::marker::PhantomData;

use crate::attempt::{Attempt, Call};
use crate::flow::{Flow, Start};
use crate::key::Key;
use crate::runner::Restored;
use crate::spec::{Argument, Edge, FlowSpec, Location, NodeSpec, Overrides, Rules, TaskSpec};
use crate::state::{RunState, StateError};

/// The nodes of a flow that is being put together. They may name upstream nodes that are added later.
pub struct FlowBuilder {
    name: &'static str,
    nodes: Vec<NodeSpec>,
}

impl FlowBuilder {
    /// A flow without nodes.
    pub fn new(name: &str) -> Self {
        Self {
            name: leak(name),
            nodes: Vec::new(),
        }
    }

    /// Adds a node and gives its index. One function may serve many nodes: it asks the attempt for its
    /// [index](Attempt::node), its [upstream](Attempt::data) and the [parameters](Attempt::params).
    pub fn node(
        &mut self,
        name: &str,
        task: &'static TaskSpec,
        edges: &[Edge],
        run: for<'run> fn(&'run Attempt) -> Call<'run>,
    ) -> usize {
        self.nodes.push(NodeSpec {
            name: leak(name),
            task,
            location: Location::new(file!(), line!(), column!()),
            edges: Vec::leak(edges.to_vec()),
            arguments: &[],
            overrides: Overrides::NONE,
            run,
        });
        self.nodes.len() - 1
    }

    /// Gives a node rules of its own.
    ///
    /// # Panics
    ///
    /// If there is no such node.
    pub fn rules(&mut self, node: usize, rules: Rules) {
        self.nodes[node].overrides.rules = Some(Box::leak(Box::new(rules)));
    }

    /// Tells where the arguments of a node come from: by them its parameters tolerate what becomes of its upstream. The
    /// data edges are to be those that the arguments name.
    ///
    /// # Panics
    ///
    /// If there is no such node.
    pub fn arguments(&mut self, node: usize, arguments: Vec<Argument>) {
        self.nodes[node].arguments = Vec::leak(arguments);
    }

    /// The flow as data.
    ///
    /// # Panics
    ///
    /// If a node depends on one that does not exist, twice on one, or, through others, on itself: its run would not
    /// end.
    pub fn build(self, tail: Option<usize>) -> &'static FlowSpec {
        assert!(
            tail.is_none_or(|tail| tail < self.nodes.len()),
            "the tail is no node"
        );
        self.check();
        Box::leak(Box::new(FlowSpec {
            name: self.name,
            function: "",
            module: module_path!(),
            docs: "",
            location: Location::new(file!(), line!(), column!()),
            zone: "UTC",
            params: &[],
            resources: &[],
            nodes: Vec::leak(self.nodes),
            tail,
        }))
    }

    fn check(&self) {
        let mut dependents = vec![Vec::new(); self.nodes.len()];
        let mut waiting = vec![0; self.nodes.len()];
        for (index, node) in self.nodes.iter().enumerate() {
            for (place, edge) in node.edges.iter().enumerate() {
                assert!(
                    edge.node < self.nodes.len(),
                    "node `{}` depends on node {}, and there are {}",
                    node.name,
                    edge.node,
                    self.nodes.len()
                );
                assert!(
                    node.edges[..place]
                        .iter()
                        .all(|earlier| earlier.node != edge.node),
                    "node `{}` depends twice on `{}`",
                    node.name,
                    self.nodes[edge.node].name
                );
                dependents[edge.node].push(index);
                waiting[index] += 1;
            }
        }
        let mut ready: Vec<usize> = (0..waiting.len()).filter(|&node| waiting[node] == 0).collect();
        while let Some(node) = ready.pop() {
            for &next in &dependents[node] {
                waiting[next] -= 1;
                if waiting[next] == 0 {
                    ready.push(next);
                }
            }
        }
        if let Some(node) = waiting.iter().position(|&waiting| waiting > 0) {
            panic!(
                "node `{}` is part of a cycle, or behind one",
                self.nodes[node].name
            );
        }
    }
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.into())
}

/// A flow that was put together at run time, with its parameters, ready to run. `Output` is the output of its tail.
pub struct Generated<Params, Output = ()> {
    spec: &'static FlowSpec,
    params: Params,
    output: PhantomData<fn() -> Output>,
}

impl<Params> Generated<Params> {
    /// A flow without a tail.
    ///
    /// # Panics
    ///
    /// If it has one.
    pub fn new(spec: &'static FlowSpec, params: Params) -> Self {
        assert!(
            spec.tail.is_none(),
            "the flow `{}` has a tail: use `with_tail`",
            spec.name
        );
        Self {
            spec,
            params,
            output: PhantomData,
        }
    }
}

impl<Params, Output> Generated<Params, Output> {
    /// A flow whose tail has this key.
    ///
    /// # Panics
    ///
    /// If its tail is another node.
    pub fn with_tail(tail: Key<Output>, params: Params) -> Self {
        let spec = tail.flow();
        assert!(
            spec.tail == Some(tail.index()),
            "`{}` is not the tail of the flow `{}`",
            tail.name(),
            spec.name
        );
        Self {
            spec,
            params,
            output: PhantomData,
        }
    }
}

impl<Params, Output> Generated<Params, Output>
where
    Params: Send + Sync + 'static,
    Output: Send + Sync + 'static,
{
    /// The flow, going on from a run state.
    ///
    /// # Errors
    ///
    /// If the state is none of this flow.
    pub fn restore(self, state: RunState) -> Result<Restored<GeneratedFlow<Params, Output>>, StateError> {
        Restored::new(state, self.spec, |_| Ok(self.params))
    }
}

impl<Params, Output> Start for Generated<Params, Output>
where
    Params: Send + Sync + 'static,
    Output: Send + Sync + 'static,
{
    type Flow = GeneratedFlow<Params, Output>;

    fn params(self) -> Params {
        self.params
    }

    fn spec(&self) -> &'static FlowSpec {
        self.spec
    }
}

/// The type of every generated flow with these parameters and this output: its keys tell the nodes, not its methods.
pub struct GeneratedFlow<Params, Output>(PhantomData<fn() -> (Params, Output)>);

impl<Params, Output> Flow for GeneratedFlow<Params, Output>
where
    Params: Send + Sync + 'static,
    Output: Send + Sync + 'static,
{
    type Output = Output;
    type Params = Params;
    const VALUE: Self = Self(PhantomData);
    // Evaluated, and so refused by the compiler, only where code asks the type and not the value that starts it.
    const SPEC: &'static FlowSpec = panic!("a flow that is put together at run time has no constant spec");
}

#[cfg(test)]
mod tests {
    use super::FlowBuilder;
    use crate::attempt::{Attempt, Call, Ended};
    use crate::digest::Fingerprint;
    use crate::spec::{Edge, Location, OnChange, OutputSpec, Rules, TaskSpec};

    const TASK: &TaskSpec = &TaskSpec {
        name: "nothing",
        function: "nothing",
        path: || "nothing",
        location: Location::new("", 1, 1),
        docs: "",
        version: "",
        checkpoint: false,
        target: None,
        body: Fingerprint::from_bytes([0; 32]),
        asynchronous: false,
        on_change: OnChange::Reuse,
        rules: Rules::DEFAULT,
        parameters: &[],
        output: OutputSpec::memory::<()>(),
    };

    fn nothing(_: &Attempt) -> Call<'_> {
        Call::Done(Some(Ok(Ended::Ran)))
    }

    #[test]
    #[should_panic = "node `a` is part of a cycle, or behind one"]
    fn a_cycle_is_refused() {
        let mut flow = FlowBuilder::new("cycle");
        flow.node("a", TASK, &[Edge::order(1)], nothing);
        flow.node("b", TASK, &[Edge::order(0)], nothing);
        flow.build(None);
    }

    #[test]
    #[should_panic = "node `b` depends twice on `a`"]
    fn a_second_edge_to_one_node_is_refused() {
        let mut flow = FlowBuilder::new("twice");
        flow.node("a", TASK, &[], nothing);
        flow.node("b", TASK, &[Edge::data(0), Edge::order(0)], nothing);
        flow.build(None);
    }

    #[test]
    #[should_panic = "node `a` depends on node 7, and there are 1"]
    fn an_unknown_upstream_is_refused() {
        let mut flow = FlowBuilder::new("unknown");
        flow.node("a", TASK, &[Edge::data(7)], nothing);
        flow.build(None);
    }
}
