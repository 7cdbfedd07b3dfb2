//! Draws random flows with rules: such as `flow!` would let an author write, and whose end no clock decides.

use std::time::Duration;

use flow_runtime::__private::{Backoff, Rules, Trigger};

use crate::random::Random;

use super::fate::Change;
use super::hook::{Answer, Hook, Say};
use super::reference::reference;
use super::script::{Argument, Bound, End, Launch, Manner, Node, Pace, Route, Script, Takes};
use super::trigger;

/// What may end a run before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Nothing,
    /// A body's or a hook's signal.
    Signal,
    FailFast,
    Cancel,
}

pub(crate) const TRIGGERS: [Trigger; 6] = [
    Trigger::AllSuccessful,
    Trigger::AllFailed,
    Trigger::AnySuccessful,
    Trigger::AnyFailed,
    Trigger::AllFinished,
    Trigger::NotAllSkipped,
];
const TAGS: [&[&str]; 6] = [&[], &[], &[], &["t"], &["u"], &["t", "u"]];
const SAYS: [Say; 8] = [
    Say::Skip,
    Say::Fail,
    Say::Succeed,
    Say::Succeed,
    Say::SucceedWrongly,
    Say::Retry,
    Say::RetryUncounted,
    Say::Cancel,
];
const ROUTES: [Route; 4] = [Route::Returned, Route::Raised, Route::Lost, Route::Void];
/// No parameter list is longer: the tasks of all flows are told apart by what their parameters take, and kept.
pub(crate) const MOST_ARGUMENTS: usize = 5;

/// How much of everything a flow has: some have much of one thing, and none of another.
struct Mood {
    /// One in so many.
    edges: usize,
    ends: usize,
    hooks: Option<usize>,
    timeouts: bool,
    asynchronous: bool,
}

impl Script {
    /// Up to 40 nodes in an order in which they may run; some of them never fail.
    pub(crate) fn random(random: &mut Random, ending: Ending) -> Self {
        let size = 1 + random.below(40);
        let mood = Mood {
            edges: 1 + random.below(12),
            ends: 2 * (1 + random.below(4)),
            hooks: [None, Some(12), Some(3)][random.below(3)],
            timeouts: random.one_in(12),
            asynchronous: random.one_in(2),
        };
        let mut nodes: Vec<Node> = (0..size).map(|node| mood.node(random, node)).collect();
        for node in &mut nodes {
            // Whoever judges a run that was ended goes by the values that its nodes came to.
            node.checkpoint |= ending != Ending::Nothing;
        }
        let manner = Manner {
            jobs: 1 + random.below(4),
            launch: match random.below(8) {
                _ if ending == Ending::Cancel => Launch::Cancelled(random.below(400) as u64),
                0 => Launch::Background,
                1 => Launch::Async {
                    one_thread: random.one_in(2),
                },
                _ => Launch::Here,
            },
            at_most: random
                .one_in(3)
                .then(|| [1 + random.below(2), 1 + random.below(2)]),
            is_stored: random.one_in(10),
            is_read: random.one_in(4),
            is_watched: random.one_in(4),
            fail_fast: ending == Ending::FailFast,
        };
        let tail = random.one_in(4).then(|| random.below(size));
        let mut script = Self { nodes, tail, manner };
        if ending == Ending::Signal {
            script.end(random);
        }
        script
    }

    /// Has a body or a hook end the run.
    fn end(&mut self, random: &mut Random) {
        let node = random.below(self.nodes.len());
        if random.one_in(2) {
            self.nodes[node].ends = vec![End::Says(Say::EndRun, Route::Raised)];
            return;
        }
        // A change that there is: few nodes see most of them.
        let changes = reference(self, None).swap_remove(node).changes;
        if changes.is_empty() {
            return;
        }
        let Change { attempt, old, new } = changes[random.below(changes.len())];
        let ends_it = |hook: &Hook| hook.asked(attempt, old, new) == Some(Answer::Says(Say::EndRun));
        self.nodes[node].of_run[1] = Some(hook(random, ends_it));
        // Only who knows what it was asked can tell that it did not just cancel its node.
        self.manner.is_watched = true;
    }
}

impl Mood {
    fn node(&self, random: &mut Random, index: usize) -> Node {
        let mut upstream: Vec<usize> = (0..index).filter(|_| random.one_in(self.edges)).collect();
        if random.one_in(2) {
            let order = random.order(upstream.len());
            upstream = order.into_iter().map(|place| upstream[place]).collect();
        }
        let times_out = self.timeouts && random.one_in(20);
        let mut node = Node {
            arguments: Vec::new(),
            is_named: random.one_in(4),
            ends: self.ends(random),
            pace: match random.below(40) {
                _ if times_out => Pace::TimesOut,
                0 => Pace::Sleeps,
                1..10 => Pace::Yields,
                _ => Pace::AtOnce,
            },
            rules: self.rules(random, times_out),
            asynchronous: self.asynchronous && random.one_in(3),
            checkpoint: !random.one_in(4),
            given: random.one_in(40).then(|| 2_000_000 + index as u64),
            target: None,
            found: None,
            died: Vec::new(),
            is_missed: false,
            own: None,
            of_run: [None, None],
            upstream,
        };
        node.arguments = arguments(random, &node);
        node.own = self.hook(random, None);
        node.of_run[0] = self.hook(random, node.own.as_ref());
        node.of_run[1] = self.hook(random, node.of_run[0].or(node.own).as_ref());
        node
    }

    fn ends(&self, random: &mut Random) -> Vec<End> {
        let mut ends = Vec::new();
        while random.one_in(self.ends) && ends.len() < 4 {
            ends.push(match random.below(12) {
                0..4 => End::Error,
                4 => End::FinalError,
                5 => End::Panic,
                6 if random.one_in(4) => End::Says(Say::Pause, Route::Raised),
                _ => End::Says(SAYS[random.below(SAYS.len())], ROUTES[random.below(4)]),
            });
        }
        ends
    }

    fn rules(&self, random: &mut Random, times_out: bool) -> Rules {
        let timeout = if times_out {
            Some(Duration::from_millis(1 + random.below(3) as u64))
        } else {
            // One that no body comes near to.
            (self.timeouts && random.one_in(4)).then_some(Duration::from_mins(10))
        };
        let retry_delay = if random.one_in(12) {
            Duration::from_micros(100)
        } else {
            Duration::ZERO
        };
        Rules {
            trigger: match random.below(40) {
                0..10 => TRIGGERS[random.below(6)],
                10..16 => trigger::OWN[random.below(4)],
                16 => trigger::PANICS,
                _ => Trigger::AllSuccessful,
            },
            skip_on_upstream_skip: !random.one_in(3),
            retries: u32::try_from(random.below(3)).expect("small"),
            retry_delay,
            backoff: Backoff {
                factor: 2.0,
                jitter: 0.5,
                ..Backoff::NONE
            },
            timeout,
            tags: TAGS[random.below(6)],
            ..Rules::DEFAULT
        }
    }

    /// A hook; where another is asked before it, often one that cares for what that one cares for, or makes of it.
    fn hook(&self, random: &mut Random, before: Option<&Hook>) -> Option<Hook> {
        let one_in = self.hooks?;
        let before = before.filter(|_| random.one_in(2));
        let is_related =
            |hook: &Hook| before.is_none_or(|before| [before.to, before.answer.state()].contains(&hook.to));
        let is_calm = |hook: &Hook| !hook.is_endless() && hook.answer != Answer::Says(Say::EndRun);
        let is_there = before.is_some() || random.one_in(one_in);
        is_there.then(|| hook(random, |hook| is_calm(hook) && is_related(hook)))
    }
}

fn hook(random: &mut Random, is_wanted: impl Fn(&Hook) -> bool) -> Hook {
    loop {
        let hook = Hook::numbered(random.below(Hook::COUNT));
        if is_wanted(&hook) {
            return hook;
        }
    }
}

/// Arguments that take what the rules of the node demand: where it may run without a value, no parameter may need one.
fn arguments(random: &mut Random, node: &Node) -> Vec<Argument> {
    let takes: &[Takes] = match node.bound() {
        Bound::Value => &[Takes::Value, Takes::Value, Takes::Option, Takes::Outcome],
        Bound::Option => &[Takes::Option, Takes::Outcome],
        Bound::Outcome => &[Takes::Outcome],
    };
    let mut arguments: Vec<Argument> = Vec::new();
    let (order_only, expressions) = (1 + random.below(3), random.one_in(4));
    for _ in 0..MOST_ARGUMENTS {
        if node.upstream.is_empty() || random.one_in(order_only + 1) {
            continue;
        }
        // One upstream may feed several arguments.
        let any = |random: &mut Random| node.upstream[random.below(node.upstream.len())];
        let mut from = vec![any(random)];
        let is_expression = expressions && random.one_in(3);
        if is_expression && random.one_in(2) {
            from.push(any(random));
            from.sort_unstable();
            from.dedup();
        }
        arguments.push(Argument {
            from,
            is_expression,
            takes: takes[random.below(takes.len())],
        });
    }
    arguments
}
