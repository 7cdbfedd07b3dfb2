//! The baseline: what one would write by hand for one graph of `u64`s on rayon. It knows no states, no failures, no
//! names, no types but one; it catches no panic and cannot stop.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use rayon::{Scope, ThreadPool};

use crate::body::Work;
use crate::shape::Shape;

/// A graph, laid out once.
pub struct Countdown {
    upstream: Vec<Vec<usize>>,
    dependents: Vec<Vec<usize>>,
}

struct Run<'a> {
    graph: &'a Countdown,
    work: Work,
    waiting: Vec<AtomicU32>,
    results: Vec<OnceLock<u64>>,
}

impl Countdown {
    /// Lays out `shape`.
    pub fn new(shape: &Shape) -> Self {
        let mut dependents = vec![Vec::new(); shape.upstream.len()];
        for (node, upstream) in shape.upstream.iter().enumerate() {
            for &upstream in upstream {
                dependents[upstream].push(node);
            }
        }
        Self {
            upstream: shape.upstream.clone(),
            dependents,
        }
    }

    /// Runs it, with fresh counters and slots, and gives the last node's result.
    ///
    /// # Panics
    ///
    /// If the graph has no node.
    pub fn run(&self, pool: &ThreadPool, work: Work) -> u64 {
        let run = Run {
            graph: self,
            work,
            waiting: self
                .upstream
                .iter()
                .map(|upstream| AtomicU32::new(u32::try_from(upstream.len()).expect("few edges")))
                .collect(),
            results: self.upstream.iter().map(|_| OnceLock::new()).collect(),
        };
        pool.scope(|scope| {
            for node in 0..self.upstream.len() {
                if self.upstream[node].is_empty() {
                    let run = &run;
                    scope.spawn(move |scope| run.from(scope, node));
                }
            }
        });
        *run.results
            .last()
            .and_then(OnceLock::get)
            .expect("every node has run")
    }
}

impl Run<'_> {
    /// Runs a node and, on this thread, the first node that it makes ready, and so on; spawns the others.
    fn from<'scope>(&'scope self, scope: &Scope<'scope>, start: usize) {
        let mut next = Some(start);
        while let Some(node) = next.take() {
            let upstream = &self.graph.upstream[node];
            let sum = upstream
                .iter()
                .map(|&upstream| *self.results[upstream].get().expect("upstream has run"))
                .fold(0, u64::wrapping_add);
            self.results[node]
                .set(self.work.run(sum))
                .expect("a node runs once");
            for &dependent in &self.graph.dependents[node] {
                if self.waiting[dependent].fetch_sub(1, Ordering::AcqRel) == 1 {
                    if next.is_none() {
                        next = Some(dependent);
                    } else {
                        scope.spawn(move |scope| self.from(scope, dependent));
                    }
                }
            }
        }
    }
}
