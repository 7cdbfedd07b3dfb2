//! Makes a script that fails smaller, as long as it fails and it is worth the time.

use std::time::{Duration, Instant};

use super::script::{Launch, Pace, Script};

/// Nobody waits longer for a smaller script.
const PATIENCE: Duration = Duration::from_secs(20);
/// A race may be lost only now and then.
const TRIES: usize = 5;

/// The smallest script that was found to fail, and how it fails.
pub(crate) fn shrink(
    script: Script,
    difference: String,
    check: &dyn Fn(&Script) -> Result<(), String>,
) -> (Script, String) {
    let start = Instant::now();
    let (mut smallest, mut how) = (script, difference);
    'smaller: loop {
        let from = smallest.clone();
        for candidate in candidates(&from) {
            for _ in 0..TRIES {
                if start.elapsed() > PATIENCE {
                    return (smallest, how);
                }
                if let Err(difference) = check(&candidate) {
                    (smallest, how) = (candidate, difference);
                    continue 'smaller;
                }
            }
        }
        return (smallest, how);
    }
}

/// Scripts with one thing less.
fn candidates(script: &Script) -> impl Iterator<Item = Script> {
    let size = script.nodes.len();
    let without = (0..size).rev().filter_map(move |node| without(script, node));
    let simpler = (0..size).flat_map(move |node| {
        SIMPLER.iter().filter_map(move |simplify| {
            let mut smaller = script.clone();
            simplify(&mut smaller, node).then_some(smaller)
        })
    });
    let calmer = CALMER.iter().filter_map(|calm| {
        let mut smaller = script.clone();
        calm(&mut smaller).then_some(smaller)
    });
    without.chain(calmer).chain(simpler)
}

/// The script without one node.
fn without(script: &Script, node: usize) -> Option<Script> {
    if script.nodes.len() == 1 {
        return None;
    }
    let moved = |other: usize| if other > node { other - 1 } else { other };
    let mut smaller = script.clone();
    smaller.nodes.remove(node);
    smaller.tail = script.tail.filter(|tail| *tail != node).map(moved);
    for other in &mut smaller.nodes {
        other.upstream.retain(|upstream| *upstream != node);
        other.arguments.retain(|argument| !argument.from.contains(&node));
        let arguments = other.arguments.iter_mut().flat_map(|argument| &mut argument.from);
        for upstream in other.upstream.iter_mut().chain(arguments) {
            *upstream = moved(*upstream);
        }
    }
    Some(smaller)
}

/// Takes something from a node, if it has it.
type Simplify = fn(&mut Script, usize) -> bool;

const SIMPLER: [Simplify; 10] = [
    |script, node| script.nodes[node].given.take().is_some(),
    |script, node| script.nodes[node].own.take().is_some(),
    |script, node| script.nodes[node].of_run[0].take().is_some(),
    |script, node| script.nodes[node].of_run[1].take().is_some(),
    |script, node| script.nodes[node].target.take().is_some(),
    |script, node| std::mem::take(&mut script.nodes[node].is_missed),
    |script, node| script.nodes[node].arguments.pop().is_some(),
    |script, node| script.nodes[node].ends.pop().is_some(),
    |script, node| std::mem::take(&mut script.nodes[node].asynchronous),
    |script, node| {
        let node = &mut script.nodes[node];
        let timeless = node.pace != Pace::TimesOut && node.rules.timeout.take().is_some();
        timeless || !std::mem::take(&mut node.rules.tags).is_empty()
    },
];

/// Takes something from how the script is run.
const CALMER: [fn(&mut Script) -> bool; 6] = [
    |script| script.manner.at_most.take().is_some(),
    |script| std::mem::take(&mut script.manner.is_stored),
    |script| std::mem::take(&mut script.manner.is_read),
    |script| std::mem::take(&mut script.manner.is_watched),
    |script| {
        let calmer = matches!(script.manner.launch, Launch::Async { .. } | Launch::Background);
        if calmer {
            script.manner.launch = Launch::Here;
        }
        calmer
    },
    |script| {
        let calmer = script.manner.jobs > 1;
        script.manner.jobs = 1;
        calmer
    },
];
