//! A random flow, as data: what each node depends on and how its body ends. One function is the body of all; it notes
//! what it did, and what it must never see.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use flow_runtime::__private::{
    AllSuccessful, Attempt, Call, Codec, Edge, Fingerprint, FlowBuilder, FlowSpec, Location, OnChange,
    OutputSpec, Rules, SkipOnUpstreamSkip, Task, TaskCall, TaskSpec,
};
use flow_runtime::{BoxError, Context};

use crate::in_time::PANIC;
use crate::random::Random;

/// How a node ends when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Value,
    Error,
    Panic,
    /// An argument of its call panics: the body is not called.
    ArgumentPanic,
}

/// How long a body takes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace {
    AtOnce,
    Yields,
    Sleeps,
}

/// A node.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) edges: Vec<Edge>,
    pub(crate) end: End,
    pub(crate) pace: Pace,
    pub(crate) asynchronous: bool,
    /// Whether its call is one future that owns what its arguments borrow.
    pub(crate) owning: bool,
    /// `false` for `checkpoint = false`.
    pub(crate) checkpoint: bool,
    /// A result set by hand.
    pub(crate) given: Option<u64>,
}

/// A flow.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) nodes: Vec<Node>,
    pub(crate) tail: Option<usize>,
}

impl Script {
    /// Up to 40 nodes in any order; some graphs are dense, some have no edge; some never fail.
    pub(crate) fn random(random: &mut Random) -> Self {
        let size = random.below(41);
        let density = 1 + random.below(12);
        let failures = [0, 4, 12, 40][random.below(4)];
        // The upstream of a node is what stands before it here, not in the flow.
        let order = random.order(size);
        let mut nodes: Vec<Option<Node>> = vec![None; size];
        for (place, &node) in order.iter().enumerate() {
            let edges = (order[..place].iter())
                .filter(|_| random.one_in(density))
                .copied()
                .collect::<Vec<_>>();
            let edge = |upstream| {
                if random.one_in(4) {
                    Edge::order(upstream)
                } else {
                    Edge::data(upstream)
                }
            };
            nodes[node] = Some(Node {
                edges: edges.into_iter().map(edge).collect(),
                end: match failures {
                    0 => End::Value,
                    failures if random.one_in(failures) => {
                        [End::Error, End::Panic, End::ArgumentPanic][random.below(3)]
                    }
                    _ => End::Value,
                },
                pace: match random.below(40) {
                    0 => Pace::Sleeps,
                    1..10 => Pace::Yields,
                    _ => Pace::AtOnce,
                },
                asynchronous: random.one_in(4),
                owning: random.one_in(4),
                checkpoint: !random.one_in(4),
                given: random.one_in(40).then(|| 1_000_000 + node as u64),
            });
        }
        let tail = (size > 0 && random.one_in(2)).then(|| random.below(size));
        let mut nodes: Vec<Node> = nodes.into_iter().flatten().collect();
        if random.one_in(2) {
            for node in &mut nodes {
                node.asynchronous = false;
            }
        }
        Self { nodes, tail }
    }

    pub(crate) fn build(&self) -> &'static FlowSpec {
        let mut flow = FlowBuilder::new("random");
        for (index, node) in self.nodes.iter().enumerate() {
            let (task, run): (_, for<'run> fn(&'run Attempt) -> Call<'run>) =
                match (node.asynchronous, node.checkpoint) {
                    (false, false) => (Step::<false, false>::SPEC, run::<false, false>),
                    (false, true) => (Step::<false, true>::SPEC, run::<false, true>),
                    (true, false) => (Step::<true, false>::SPEC, run::<true, false>),
                    (true, true) => (Step::<true, true>::SPEC, run::<true, true>),
                };
            flow.node(&format!("n{index}"), task, &node.edges, run);
        }
        flow.build(self.tail)
    }
}

/// The value of a node: the order of its arguments counts.
pub(crate) fn value(node: usize, arguments: impl Iterator<Item = u64>) -> u64 {
    arguments.fold(node as u64 + 1, |value, argument| {
        value.wrapping_mul(31).wrapping_add(argument)
    })
}

/// What happened when a script ran; the parameters of its run.
pub(crate) struct Observed {
    pub(crate) script: Script,
    pub(crate) calls: Vec<AtomicU32>,
    pub(crate) values: Vec<OnceLock<u64>>,
    ended: Vec<AtomicBool>,
    pub(crate) violations: Mutex<Vec<String>>,
}

impl Observed {
    pub(crate) fn new(script: Script) -> Self {
        let size = script.nodes.len();
        Self {
            calls: (0..size).map(|_| AtomicU32::new(0)).collect(),
            values: (0..size).map(|_| OnceLock::new()).collect(),
            ended: (script.nodes.iter())
                .map(|node| AtomicBool::new(node.given.is_some()))
                .collect(),
            violations: Mutex::default(),
            script,
        }
    }

    /// The start of a body.
    pub(crate) fn enter(&self, node: usize) {
        let mut violations = Vec::new();
        if self.calls[node].fetch_add(1, Ordering::SeqCst) > 0 {
            violations.push(format!("n{node} ran twice"));
        }
        for edge in &self.script.nodes[node].edges {
            if !self.ended[edge.node].load(Ordering::SeqCst) {
                violations.push(format!("n{node} started before n{} ended", edge.node));
            }
        }
        self.violations.lock().unwrap().extend(violations);
    }

    fn leave(&self, node: usize, value: u64) -> Result<u64, BoxError> {
        match self.script.nodes[node].end {
            End::Value => {
                if self.values[node].set(value).is_err() {
                    self.violations
                        .lock()
                        .unwrap()
                        .push(format!("n{node} ended twice"));
                }
                self.ended[node].store(true, Ordering::SeqCst);
                Ok(value)
            }
            End::Error => Err(format!("n{node} fails").into()),
            End::Panic | End::ArgumentPanic => panic!("{PANIC}n{node}"),
        }
    }
}

/// The task of every node, four ways.
struct Step<'run, const ASYNC: bool, const CHECKPOINT: bool> {
    observed: &'run Observed,
    node: usize,
    value: u64,
}

impl<const ASYNC: bool, const CHECKPOINT: bool> Task for Step<'_, ASYNC, CHECKPOINT> {
    type Output = u64;
    type Trigger = AllSuccessful;
    type Skip = SkipOnUpstreamSkip;
    const SPEC: &'static TaskSpec = &TaskSpec {
        name: "step",
        function: "step",
        path: core::any::type_name::<Self>,
        location: Location::new(file!(), line!(), column!()),
        docs: "",
        version: "",
        checkpoint: CHECKPOINT,
        target: None,
        body: Fingerprint::from_bytes([0; 32]),
        asynchronous: ASYNC,
        on_change: OnChange::Reuse,
        rules: Rules::DEFAULT,
        parameters: &[],
        output: if CHECKPOINT {
            OutputSpec::new::<u64>(Codec::message_pack::<u64>())
        } else {
            OutputSpec::memory::<u64>()
        },
    };

    fn call<'run>(self, _: &'run Context) -> TaskCall<'run, u64>
    where
        Self: 'run,
    {
        let Self {
            observed,
            node,
            value,
        } = self;
        let pace = observed.script.nodes[node].pace;
        if ASYNC {
            return TaskCall::future(async move {
                observed.enter(node);
                match pace {
                    Pace::AtOnce => {}
                    Pace::Yields => tokio::task::yield_now().await,
                    Pace::Sleeps => tokio::time::sleep(Duration::from_micros(100)).await,
                }
                observed.leave(node, value)
            });
        }
        observed.enter(node);
        match pace {
            Pace::AtOnce => {}
            Pace::Yields => thread::yield_now(),
            Pace::Sleeps => thread::sleep(Duration::from_micros(100)),
        }
        TaskCall::Done(observed.leave(node, value))
    }
}

/// The function of every node.
fn run<const ASYNC: bool, const CHECKPOINT: bool>(attempt: &Attempt) -> Call<'_> {
    let step = move || {
        let observed = &**attempt.params::<std::sync::Arc<Observed>>();
        let node = attempt.node();
        assert!(
            observed.script.nodes[node].end != End::ArgumentPanic,
            "{PANIC}argument of n{node}"
        );
        Step::<ASYNC, CHECKPOINT> {
            observed,
            node,
            value: value(node, attempt.data::<u64>().copied()),
        }
    };
    let observed = attempt.params::<std::sync::Arc<Observed>>();
    if observed.script.nodes[attempt.node()].owning {
        Call::future(async move { attempt.call(step()).await })
    } else {
        attempt.call(step())
    }
}
