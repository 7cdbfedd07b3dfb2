//! Nodes that wait for themselves, alone or around a cycle.
//! One error a knot of nodes, with a shortest path around it.

use std::collections::VecDeque;

use crate::errors::Errors;
use crate::flow::model::Flow;

pub(super) fn check(flow: &Flow, errors: &mut Errors) {
    let mut graph: Vec<Vec<usize>> = Vec::with_capacity(flow.nodes.len());
    for (slot, node) in flow.nodes.iter().enumerate() {
        let mut upstream = Vec::new();
        for mention in node.data().into_iter().chain(node.beside()).chain(node.order()) {
            if mention.index == slot {
                errors.at(mention.span, format!("`{}` cannot depend on itself", node.name));
            } else {
                upstream.push(mention.index);
            }
        }
        graph.push(upstream);
    }
    for knot in knots(&graph) {
        let path: Vec<String> = around(&graph, &knot)
            .into_iter()
            .map(|node| format!("`{}`", flow.nodes[node].name))
            .collect();
        let message = format!("these nodes wait for each other: {}", path.join(" → "));
        errors.at(flow.nodes[knot[0]].name.span(), message);
    }
}

/// The strongly connected components of two nodes and more, each sorted, in the order of their first nodes:
/// Kosaraju's algorithm, with a stack of its own since a flow may be a chain of thousands of nodes.
fn knots(graph: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut backwards = vec![Vec::new(); graph.len()];
    for (from, targets) in graph.iter().enumerate() {
        for to in targets {
            backwards[*to].push(from);
        }
    }
    let mut taken = vec![false; graph.len()];
    let mut knots = Vec::new();
    for root in finishing_order(graph).into_iter().rev() {
        let mut knot = Vec::new();
        let mut stack = vec![root];
        while let Some(node) = stack.pop() {
            if !std::mem::replace(&mut taken[node], true) {
                knot.push(node);
                stack.extend(&backwards[node]);
            }
        }
        if knot.len() > 1 {
            knot.sort_unstable();
            knots.push(knot);
        }
    }
    knots.sort_unstable();
    knots
}

/// The nodes in the order in which a depth-first walk leaves them.
fn finishing_order(graph: &[Vec<usize>]) -> Vec<usize> {
    let mut order = Vec::with_capacity(graph.len());
    let mut seen = vec![false; graph.len()];
    for root in 0..graph.len() {
        if std::mem::replace(&mut seen[root], true) {
            continue;
        }
        let mut stack = vec![(root, 0)];
        while let Some((node, next)) = stack.last_mut() {
            if let Some(target) = graph[*node].get(*next) {
                *next += 1;
                if !std::mem::replace(&mut seen[*target], true) {
                    stack.push((*target, 0));
                }
            } else {
                order.push(*node);
                stack.pop();
            }
        }
    }
    order
}

/// A shortest cycle through the first node of a knot, in the direction in which results flow.
fn around(graph: &[Vec<usize>], knot: &[usize]) -> Vec<usize> {
    let start = knot[0];
    // Breadth first from the first node to its upstreams, until it comes back to it.
    let mut reached_from = vec![start; graph.len()];
    let mut seen = vec![false; graph.len()];
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for next in &graph[node] {
            if *next == start {
                // The first node's result goes into `node`, that of `node` into the one it was reached from, …
                let mut path = vec![start, node];
                while path[path.len() - 1] != start {
                    path.push(reached_from[path[path.len() - 1]]);
                }
                return path;
            }
            if !std::mem::replace(&mut seen[*next], true) {
                reached_from[*next] = node;
                queue.push_back(*next);
            }
        }
    }
    knot.to_vec()
}
