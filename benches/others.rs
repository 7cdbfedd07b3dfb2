//! The same graph for other crates that run graphs of tasks: each as its own documentation writes one. These crates take a
//! new one for every run.
//!
//! They know nodes with up to three upstream here; some of them know more, none any number with values of its own type.

#![allow(clippy::unused_async, reason = "the other crates take async functions only")]

use std::sync::Arc;

use async_trait::async_trait;
use dagrs::{Action, Content, DefaultNode, EnvVar, InChannels, Node, NodeTable, OutChannels, Output};
use operese_dagx::{DagRunner, TaskHandle, task};
use tokio::runtime::Runtime;

use crate::body::Work;
use crate::shape::Shape;

/// A graph that another crate runs once; gives the last node's result.
pub type Prepared<'a> = Box<dyn FnOnce() -> u64 + 'a>;

/// Another crate.
pub struct Other {
    /// What the table calls it.
    pub name: &'static str,
    /// Puts a graph together.
    pub prepare: for<'a> fn(&Shape, Work, &'a Runtime) -> Prepared<'a>,
}

/// The other crates.
pub const OTHERS: [Other; 3] = [
    Other {
        name: "async_dag",
        prepare: async_dag,
    },
    Other {
        name: "dagx",
        prepare: dagx,
    },
    Other {
        name: "dagrs",
        prepare: dagrs,
    },
];

/// `async_dag` 0.1: every future on the thread that waits.
fn async_dag<'a>(shape: &Shape, work: Work, runtime: &'a Runtime) -> Prepared<'a> {
    let mut graph = async_dag::Graph::new();
    let mut nodes = Vec::new();
    for upstream in &shape.upstream {
        let node = match **upstream {
            [] => graph.add_task(move || async move { work.run(0) }),
            [_] => graph.add_task(move |a: u64| async move { work.run(a) }),
            [_, _] => graph.add_task(move |a: u64, b: u64| async move { work.run(a.wrapping_add(b)) }),
            [_, _, _] => graph.add_task(move |a: u64, b: u64, c: u64| async move {
                work.run(a.wrapping_add(b).wrapping_add(c))
            }),
            _ => panic!("at most three upstream"),
        };
        for (place, &upstream) in upstream.iter().enumerate() {
            let place = u8::try_from(place).expect("at most three");
            graph
                .update_dependency(nodes[upstream], node, place)
                .expect("an edge");
        }
        nodes.push(node);
    }
    Box::new(move || {
        runtime.block_on(graph.run());
        let last = nodes.pop().expect("a node");
        graph.get_value::<u64>(last).expect("it has run")
    })
}

struct Source(Work);

#[task]
impl Source {
    async fn run(&self) -> u64 {
        self.0.run(0)
    }
}

struct One(Work);

#[task]
impl One {
    async fn run(&self, a: &u64) -> u64 {
        self.0.run(*a)
    }
}

struct Two(Work);

#[task]
impl Two {
    async fn run(&self, a: &u64, b: &u64) -> u64 {
        self.0.run(a.wrapping_add(*b))
    }
}

struct Three(Work);

#[task]
impl Three {
    async fn run(&self, a: &u64, b: &u64, c: &u64) -> u64 {
        self.0.run(a.wrapping_add(*b).wrapping_add(*c))
    }
}

/// `operese-dagx` 0.4, on tokio's threads.
fn dagx<'a>(shape: &Shape, work: Work, runtime: &'a Runtime) -> Prepared<'a> {
    let mut dag = DagRunner::new();
    let mut nodes: Vec<TaskHandle<u64>> = Vec::new();
    for upstream in &shape.upstream {
        let node = match **upstream {
            [] => dag.add_task(Source(work)),
            [a] => dag.add_task(One(work)).depends_on(&nodes[a]),
            [a, b] => dag.add_task(Two(work)).depends_on((&nodes[a], &nodes[b])),
            [a, b, c] => dag
                .add_task(Three(work))
                .depends_on((&nodes[a], &nodes[b], &nodes[c])),
            _ => panic!("at most three upstream"),
        };
        nodes.push(node);
    }
    Box::new(move || {
        let last = nodes.pop().expect("a node");
        let spawn = |future| async move { tokio::spawn(future).await.expect("it does not panic") };
        let mut output = runtime.block_on(dag.run(spawn)).expect("nothing fails");
        output.get(last)
    })
}

struct Sum(Work);

#[async_trait]
impl Action for Sum {
    async fn run(&self, upstream: &mut InChannels, downstream: &mut OutChannels, _: Arc<EnvVar>) -> Output {
        let values = upstream.map(|value| value.ok().and_then(Content::into_inner::<u64>));
        let values = values.await.into_iter().flatten();
        let sum = self.0.run(values.fold(0, |sum, value| sum.wrapping_add(*value)));
        downstream.broadcast(Content::new(sum)).await;
        Output::Out(Some(Content::new(sum)))
    }
}

/// `dagrs` 0.9: every node a task of tokio's, every edge a channel.
fn dagrs<'a>(shape: &Shape, work: Work, runtime: &'a Runtime) -> Prepared<'a> {
    let mut table = NodeTable::default();
    let nodes: Vec<DefaultNode> = (0..shape.upstream.len())
        .map(|node| DefaultNode::with_action(format!("n{node}"), Sum(work), &mut table))
        .collect();
    let ids: Vec<_> = nodes.iter().map(Node::id).collect();
    let mut graph = dagrs::Graph::new();
    for node in nodes {
        graph.add_node(node).expect("a new node");
    }
    for (node, upstream) in shape.upstream.iter().enumerate() {
        for &upstream in upstream {
            graph.add_edge(ids[upstream], vec![ids[node]]).expect("an edge");
        }
    }
    graph.set_env(EnvVar::new(table));
    Box::new(move || {
        runtime.block_on(graph.async_start()).expect("nothing fails");
        let results = graph.get_results::<u64>();
        let last = ids.last().expect("a node");
        **results.get(last).and_then(Option::as_ref).expect("it has run")
    })
}
