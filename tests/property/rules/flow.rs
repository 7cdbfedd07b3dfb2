//! A script as a flow: its spec, the one task of every node, and how its body finds its arguments.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use flow_runtime::__private::{
    AllFinished, AllSuccessful, Argument as Given, Attempt, Call, Codec, FailureHook, Feed, Fingerprint,
    FlowBuilder, FlowSpec, Guards, Key, Location, OnChange, OutputSpec, ParameterSpec, Piece, Probe, Rules,
    RunOnUpstreamSkip, SkipOnUpstreamSkip, Source, StateHook, Task, TaskCall, TaskSpec, Template, Tolerance,
};
use flow_runtime::{BoxError, Context, Outcome};

use crate::in_time::PANIC;

use super::draw::MOST_ARGUMENTS;
use super::hook::{self, Hook};
use super::observed::Observed;
use super::script::{Argument, Bound, End, Node, Pace, Route, Script, Taken, Takes, Target, made};

const PARAMETERS: [&str; MOST_ARGUMENTS] = ["p0", "p1", "p2", "p3", "p4"];

impl Script {
    /// The flow as data.
    pub(crate) fn build(&self) -> &'static FlowSpec {
        let mut flow = FlowBuilder::new("rules");
        for (index, node) in self.nodes.iter().enumerate() {
            let run: for<'run> fn(&'run Attempt) -> Call<'run> = if node.asynchronous {
                run::<true>
            } else {
                run::<false>
            };
            let name = Hook::node_name(node.own.as_ref(), index);
            let added = flow.node(&name, task(node), &node.edges(), run);
            let own = node.own.map(|_| StateHook {
                name: "own",
                call: hook::own,
            });
            let missed = node.is_missed.then_some(FailureHook {
                name: "missed",
                call: hook::missed,
            });
            let rules = Rules {
                on_state: own,
                on_failure: missed,
                ..node.rules
            };
            flow.rules(added, rules);
            flow.arguments(added, given(node));
        }
        flow.build(self.tail)
    }
}

/// The arguments as the statement of the node has them; named ones in another order than the parameters.
fn given(node: &Node) -> Vec<Given> {
    let source = |argument: &Argument| {
        if !argument.is_expression {
            return Source::Node(argument.from[0]);
        }
        Source::Expression {
            items: &[],
            fingerprint: Fingerprint::from_bytes([0; 32]),
            nodes: Vec::leak(argument.from.clone()),
            params: &[],
        }
    };
    let sources = node.arguments.iter().map(source);
    if node.is_named {
        let named = sources.zip(PARAMETERS).rev();
        named.map(|(source, name)| Given::named(name, source)).collect()
    } else {
        sources.map(Given::positional).collect()
    }
}

type Shape = (bool, bool, Option<Target>, Vec<Tolerance>);

const BY_NAME: Template = Template {
    source: "<node>.json",
    pieces: &[Piece::Node, Piece::Text(".json")],
};
const BY_ARGUMENT: Template = Template {
    source: "<p0>/<node>.json",
    pieces: &[
        Piece::Argument("p0"),
        Piece::Text("/"),
        Piece::Node,
        Piece::Text(".json"),
    ],
};

/// The task of a node. What is built is never freed, so those of one shape share one.
fn task(node: &Node) -> &'static TaskSpec {
    static TASKS: Mutex<BTreeMap<Shape, &'static TaskSpec>> = Mutex::new(BTreeMap::new());
    let tolerances: Vec<Tolerance> = node
        .arguments
        .iter()
        .map(|argument| argument.takes.tolerance())
        .collect();
    let shape = (node.asynchronous, node.checkpoint, node.target(), tolerances);
    let mut tasks = TASKS.lock().unwrap();
    if let Some(task) = tasks.get(&shape) {
        return task;
    }
    let parameters = PARAMETERS
        .iter()
        .zip(&shape.3)
        .map(|(name, tolerance)| ParameterSpec::new(name).tolerating(*tolerance))
        .collect();
    let spec = if node.asynchronous {
        *Step::<true>::SPEC
    } else {
        *Step::<false>::SPEC
    };
    let (target, output) = match node.target() {
        _ if !node.checkpoint => (None, OutputSpec::memory::<u64>()),
        None => (None, spec.output),
        Some(Target::Name) => (Some(BY_NAME), OutputSpec::json::<u64>()),
        Some(Target::Argument) => (Some(BY_ARGUMENT), OutputSpec::json::<u64>()),
    };
    let task: &'static TaskSpec = Box::leak(Box::new(TaskSpec {
        checkpoint: node.checkpoint,
        target,
        parameters: Vec::leak(parameters),
        output,
        ..spec
    }));
    tasks.insert(shape, task);
    task
}

/// The task of every node, with what its arguments found.
struct Step<'run, const ASYNC: bool> {
    observed: &'run Observed,
    node: usize,
    taken: Vec<Taken>,
    /// The first argument, for the path of the target.
    first: u64,
}

impl<const ASYNC: bool> Step<'_, ASYNC> {
    fn end(&self, cx: &Context) -> Result<u64, BoxError> {
        let value = made(self.node, cx.attempt(), &self.taken);
        let (say, route) = match self.observed.script.nodes[self.node].end(cx.attempt()) {
            End::Value => return Ok(value),
            End::Error => return Err("error".into()),
            End::FinalError => {
                let error: Result<u64, String> = Err("final error".to_owned());
                return Probe(error).into_result_if(|_| false);
            }
            End::Panic => panic!("{PANIC}n{}", self.node),
            End::Says(say, route) => (say, route),
        };
        let signal = say.signal(!value);
        match route {
            Route::Returned => Err(signal.into()),
            Route::Raised => Err(cx.raise(signal).into()),
            Route::Lost => {
                let _ = cx.raise(signal);
                Err("another error".into())
            }
            Route::Void => {
                let _ = cx.raise(signal);
                Ok(value)
            }
        }
    }
}

impl<const ASYNC: bool> Task for Step<'_, ASYNC> {
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
        checkpoint: true,
        target: None,
        body: Fingerprint::from_bytes([0; 32]),
        asynchronous: ASYNC,
        on_change: OnChange::Reuse,
        rules: Rules::DEFAULT,
        parameters: &[],
        output: OutputSpec::new::<u64>(Codec::message_pack::<u64>()),
    };

    fn shown(&self, _: &str) -> Option<&dyn Display> {
        Some(&self.first)
    }

    fn call<'run>(self, cx: &'run Context) -> TaskCall<'run, u64>
    where
        Self: 'run,
    {
        let pace = self.observed.script.nodes[self.node].pace;
        if ASYNC {
            return TaskCall::future(async move {
                let _inside = self.observed.enter(self.node, cx.attempt());
                self.observed.begins(self.node, cx);
                match pace {
                    Pace::AtOnce => {}
                    Pace::Yields => tokio::task::yield_now().await,
                    Pace::Sleeps => tokio::time::sleep(Duration::from_micros(50)).await,
                    Pace::TimesOut => pending().await,
                }
                self.end(cx)
            });
        }
        let _inside = self.observed.enter(self.node, cx.attempt());
        self.observed.begins(self.node, cx);
        match pace {
            Pace::AtOnce => {}
            Pace::Yields => thread::yield_now(),
            Pace::Sleeps => thread::sleep(Duration::from_micros(50)),
            Pace::TimesOut => self.observed.wait_until_all_is_over(),
        }
        TaskCall::Done(self.end(cx))
    }
}

/// The function of every node. As the macros write it: a call with expressions is one future.
fn run<const ASYNC: bool>(attempt: &Attempt) -> Call<'_> {
    let observed = &**attempt.params::<Arc<Observed>>();
    let index = attempt.node();
    let node = &observed.script.nodes[index];
    let step = move || {
        let taken = taken(attempt, observed.spec, node);
        Step::<ASYNC> {
            observed,
            node: index,
            first: match taken.first() {
                Some(Taken::Value(first)) => *first,
                _ => 0,
            },
            taken,
        }
    };
    if node.arguments.iter().any(|argument| argument.is_expression) {
        Call::future(async move { attempt.call(step()).await })
    } else {
        attempt.call(step())
    }
}

/// What the arguments of a node find.
fn taken(attempt: &Attempt, flow: &'static FlowSpec, node: &Node) -> Vec<Taken> {
    let mut taken = Vec::new();
    for argument in &node.arguments {
        for upstream in &argument.from {
            let key = Key::<u64>::new(flow, *upstream);
            taken.push(if argument.is_expression {
                bound(attempt, key, node.bound())
            } else {
                fed(attempt, key, argument.takes)
            });
        }
    }
    taken
}

/// What a bare name hands to a parameter of this type.
fn fed(attempt: &Attempt, key: Key<u64>, takes: Takes) -> Taken {
    let wire = attempt.wire(key, Guards::<AllFinished, SkipOnUpstreamSkip>::new());
    match takes {
        Takes::Value => {
            let value: &u64 = Feed::feed(wire.fitting());
            Taken::Value(*value)
        }
        Takes::Option => {
            let value: Option<&u64> = Feed::feed(wire.fitting());
            value.map_or(Taken::Nothing, |value| Taken::Value(*value))
        }
        Takes::Outcome => {
            let outcome: Outcome<&u64> = Feed::feed(wire.fitting());
            of_outcome(outcome)
        }
    }
}

/// What a name stands for in an expression.
fn bound(attempt: &Attempt, key: Key<u64>, bound: Bound) -> Taken {
    match bound {
        Bound::Value => {
            let guards = Guards::<AllSuccessful, SkipOnUpstreamSkip>::new();
            Taken::Value(*attempt.upstream(key, guards))
        }
        Bound::Option => {
            let value = attempt.upstream(key, Guards::<AllSuccessful, RunOnUpstreamSkip>::new());
            value.map_or(Taken::Nothing, |value| Taken::Value(*value))
        }
        Bound::Outcome => of_outcome(attempt.upstream(key, Guards::<AllFinished, SkipOnUpstreamSkip>::new())),
    }
}

fn of_outcome(outcome: Outcome<&u64>) -> Taken {
    match outcome {
        Outcome::Success(value) => Taken::Value(*value),
        Outcome::Skipped => Taken::Skipped,
        Outcome::Failed(failure) => Taken::Failed(failure.state()),
        Outcome::Cancelled => Taken::Cancelled,
    }
}
