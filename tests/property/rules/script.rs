//! A random flow with rules, as data: how each attempt ends, by what rules, what a hook makes of it.

use flow_runtime::__private::{Rules, Trigger};
use flow_runtime::Signal;
use flow_runtime::StateType::{self, Cancelled, Failed, Retrying, Running, Skipped, Success, TriggerFailed};

use crate::random::Random;

/// How one attempt ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Value,
    Error,
    Panic,
    Retry,
    RetryUncounted,
    Pause,
    Ends,
    Signal(Say),
}

/// What a body or a hook says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Say {
    Skip,
    Fail,
    Succeed,
    Cancel,
}

#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) upstream: Vec<usize>,
    /// Of each attempt; those after are `Value`.
    pub(super) ends: Vec<End>,
    pub(super) rules: Rules,
    pub(super) asynchronous: bool,
    /// What its hook makes of a change to this state.
    pub(super) hook: Option<(StateType, Say)>,
}

#[derive(Debug, Clone)]
pub(super) struct Script {
    /// In an order in which they may run.
    pub(super) nodes: Vec<Node>,
    pub(super) at_most: Option<usize>,
}

const TRIGGERS: [Trigger; 6] = [
    Trigger::AllSuccessful,
    Trigger::AllFailed,
    Trigger::AnySuccessful,
    Trigger::AnyFailed,
    Trigger::AllFinished,
    Trigger::NotAllSkipped,
];

impl Script {
    /// Up to 40 nodes in an order in which they may run; some of them never fail.
    pub(super) fn random(random: &mut Random, ends_run: bool) -> Self {
        let size = 1 + random.below(40);
        let density = 1 + random.below(12);
        let calm = 1 + random.below(4);
        let says = [Say::Skip, Say::Fail, Say::Succeed, Say::Cancel];
        let mut nodes: Vec<Node> = Vec::new();
        for index in 0..size {
            let upstream = (0..index).filter(|_| random.one_in(density)).collect();
            let mut ends = Vec::new();
            while random.one_in(2 * calm) && ends.len() < 4 {
                ends.push(match random.below(9) {
                    0..3 => End::Error,
                    3 => End::Panic,
                    4 => End::Retry,
                    5 => End::RetryUncounted,
                    6 if random.one_in(4) => End::Pause,
                    _ => End::Signal(says[random.below(4)]),
                });
            }
            let rules = Rules {
                trigger: if random.one_in(2) {
                    TRIGGERS[random.below(6)]
                } else {
                    Trigger::AllSuccessful
                },
                skip_on_upstream_skip: !random.one_in(4),
                retries: u32::try_from(random.below(3)).expect("small"),
                tags: if random.one_in(3) { &["t"] } else { &[] },
                ..Rules::DEFAULT
            };
            let on = [
                Running,
                Retrying,
                Success,
                Failed,
                Skipped,
                TriggerFailed,
                Cancelled,
            ];
            let hook = random
                .one_in(6)
                .then(|| (on[random.below(on.len())], says[random.below(4)]));
            let asynchronous = random.one_in(4);
            nodes.push(Node {
                upstream,
                ends,
                rules,
                asynchronous,
                hook,
            });
        }
        if ends_run {
            let node = random.below(size);
            nodes[node].ends = vec![End::Ends];
        }
        let at_most = random.one_in(3).then(|| 1 + random.below(2));
        Self { nodes, at_most }
    }
}

impl Say {
    pub(super) fn state(self) -> StateType {
        match self {
            Self::Skip => Skipped,
            Self::Fail => Failed,
            Self::Succeed => Success,
            Self::Cancel => Cancelled,
        }
    }

    pub(super) fn signal(self, node: usize) -> Signal {
        match self {
            Self::Skip => Signal::skip("skip"),
            Self::Fail => Signal::fail("fail"),
            Self::Succeed => Signal::succeed(told(node)),
            Self::Cancel => Signal::cancel("cancel"),
        }
    }
}

/// The value that a body makes in an attempt.
pub(super) fn made(node: usize, attempt: usize) -> u64 {
    (node * 10 + attempt) as u64
}

/// The value that a node is told to succeed with.
pub(super) fn told(node: usize) -> u64 {
    1_000_000 + node as u64
}
