//! Draws flows to be cut into slices: those of the rules, smaller, with what may last from one slice to the next.

use std::time::Duration;

use crate::random::Random;
use crate::rules::draw::Ending;
use crate::rules::hook::Say;
use crate::rules::reference::reference;
use crate::rules::script::{End, Launch, Node, Pace, Route, Script, Target};

/// A flow of at most so many nodes that comes to its end in slices.
pub(super) fn script(random: &mut Random, most: usize) -> Script {
    let mut script = Script::random(random, Ending::Nothing);
    script.nodes.truncate(1 + random.below(most));
    script.tail = script.tail.filter(|tail| *tail < script.nodes.len());
    script.manner.launch = Launch::Slices;
    script.manner.is_read = false;
    script.manner.is_stored = false;
    let (pauses, delays, targets) = (random.one_in(3), random.one_in(4), random.one_in(2));
    for node in &mut script.nodes {
        // What only memory has no later slice finds.
        node.checkpoint = true;
        if node.pace == Pace::TimesOut {
            (node.pace, node.rules.timeout) = (Pace::AtOnce, None);
        }
        node.is_missed = random.one_in(3);
        let by = [Target::Name, Target::Argument][random.below(2)];
        node.target = (targets && random.one_in(2)).then_some(by);
        if pauses && random.one_in(4) {
            node.ends.insert(0, End::Says(Say::Pause, Route::Raised));
        }
        if delays {
            delay(random, node);
        }
    }
    while let Some(endless) = reference(&script, None).iter().position(|fate| fate.is_endless) {
        // A hook that pauses its node whenever it is to go on.
        script.nodes[endless].own = None;
        script.nodes[endless].of_run = [None, None];
    }
    script
}

/// Has a node wait for its next attempt.
fn delay(random: &mut Random, node: &mut Node) {
    // Shorter than a slice, or longer.
    let longest = [600, 600, 600, 8_000][random.below(4)];
    node.rules.retry_delay = Duration::from_micros(random.below(longest) as u64);
    for end in &mut node.ends {
        if let End::Says(Say::Retry, route) = *end {
            *end = End::Says(Say::RetryAt, route);
        }
    }
}
