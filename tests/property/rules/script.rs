//! A random flow with rules, as data: what each node takes, how each attempt ends, by what rules, what hooks make of
//! it, and how the whole is run. All that a run depends on is in here: a script that fails, fails again.

use std::fmt;

use flow_runtime::__private::{Edge, Rules, Tolerance, Trigger};
use flow_runtime::StateType;

use super::hook::{Hook, Say};

/// How one attempt ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Value,
    Error,
    /// An error that `retry_if` refuses.
    FinalError,
    Panic,
    Says(Say, Route),
}

/// How a body's signal comes to the runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// As the error.
    Returned,
    /// Raised through the context, and the error.
    Raised,
    /// Raised, and lost in another error.
    Lost,
    /// Raised, and a value returned: void.
    Void,
}

/// How long a body takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    AtOnce,
    Yields,
    Sleeps,
    /// Until its timeout has surely passed.
    TimesOut,
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    Value,
    Option,
    Outcome,
}

/// An argument: the bare name of a node, or an expression over some.
#[derive(Debug, Clone)]
pub(crate) struct Argument {
    pub(crate) from: Vec<usize>,
    pub(crate) is_expression: bool,
    pub(crate) takes: Takes,
}

/// What the rules of a node make of a node's name in an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    Value,
    Option,
    Outcome,
}

/// What an argument found in place of one upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    Value(u64),
    /// An empty `Option`.
    Nothing,
    Skipped,
    Failed(StateType),
    Cancelled,
}

/// What tells the path of a node's target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    Name,
    /// Its name and its first argument, which is a value.
    Argument,
}

#[allow(
    clippy::struct_excessive_bools,
    reason = "each is another part of a statement"
)]
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// The nodes before it, each once, in the order of its edges.
    pub(crate) upstream: Vec<usize>,
    /// Those of them whose results it takes; the others are there for the order.
    pub(crate) arguments: Vec<Argument>,
    /// Whether the arguments are given by name.
    pub(crate) is_named: bool,
    /// Of each attempt; those after are `Value`.
    pub(crate) ends: Vec<End>,
    pub(crate) pace: Pace,
    pub(crate) rules: Rules,
    pub(crate) asynchronous: bool,
    /// `false` for `checkpoint = false`.
    pub(crate) checkpoint: bool,
    /// A result set by hand.
    pub(crate) given: Option<u64>,
    /// Where its result is written, in a store, if that is a file of its own.
    pub(crate) target: Option<Target>,
    /// What another process has left there, and the first attempt that finds it.
    pub(crate) found: Option<(u32, u64)>,
    /// The attempts in whose body its process dies.
    pub(crate) died: Vec<u32>,
    /// Whether it has a hook on its failure.
    pub(crate) is_missed: bool,
    /// The task's hook.
    pub(crate) own: Option<Hook>,
    /// What the hooks of the run do with it.
    pub(crate) of_run: [Option<Hook>; 2],
}

#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// In an order in which they may run.
    pub(crate) nodes: Vec<Node>,
    pub(crate) tail: Option<usize>,
    pub(crate) manner: Manner,
}

/// How a flow is run.
#[allow(clippy::struct_excessive_bools, reason = "each is another option of a run")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) jobs: usize,
    pub(crate) launch: Launch,
    /// How many nodes with the tag `t` run at a time, and how many with `u`.
    pub(crate) at_most: Option<[usize; 2]>,
    /// Whether it has a store, from which results that were freed are loaded; else it is in memory.
    pub(crate) is_stored: bool,
    /// Whether a reader checks what is told.
    pub(crate) is_read: bool,
    /// Whether a last hook of the run notes what the others made of each change.
    pub(crate) is_watched: bool,
    pub(crate) fail_fast: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Launch {
    Here,
    Background,
    /// In the background, cancelled after so many microseconds.
    Cancelled(u64),
    /// In an async runtime of one thread, or of two.
    Async {
        one_thread: bool,
    },
    /// By slices: what is paused in one goes on in the next.
    Slices,
}

impl Takes {
    /// What such a parameter tolerates.
    pub(crate) fn tolerance(self) -> Tolerance {
        match self {
            Self::Value => Tolerance::Nothing,
            Self::Option => Tolerance::Skip,
            Self::Outcome => Tolerance::Failure,
        }
    }
}

impl Node {
    pub(crate) fn edges(&self) -> Vec<Edge> {
        let edge = |&node| {
            if self.takes(node) {
                Edge::data(node)
            } else {
                Edge::order(node)
            }
        };
        self.upstream.iter().map(edge).collect()
    }

    /// Whether an argument takes the result of another node.
    pub(crate) fn takes(&self, node: usize) -> bool {
        self.arguments
            .iter()
            .any(|argument| argument.from.contains(&node))
    }

    /// What tells the path of its target.
    pub(crate) fn target(&self) -> Option<Target> {
        let first = self.arguments.first();
        let shows = first.is_some_and(|first| !first.is_expression && first.takes == Takes::Value);
        self.target
            .map(|target| if shows { target } else { Target::Name })
    }

    /// How an attempt ends, by its number from 1.
    pub(crate) fn end(&self, attempt: u32) -> End {
        let place = attempt as usize - 1;
        self.ends.get(place).copied().unwrap_or(End::Value)
    }

    /// What an expression sees: its rules may let the node run though an upstream has no value.
    pub(crate) fn bound(&self) -> Bound {
        match (self.rules.trigger, self.rules.skip_on_upstream_skip) {
            (Trigger::AllSuccessful | Trigger::NotAllSkipped, true) => Bound::Value,
            (Trigger::AllSuccessful | Trigger::NotAllSkipped, false) => Bound::Option,
            _ => Bound::Outcome,
        }
    }

    pub(crate) fn hooks(&self) -> impl Iterator<Item = &Hook> {
        self.own.iter().chain(self.of_run.iter().flatten())
    }
}

impl Script {
    /// Whether the result of a node can be read when the run has ended.
    pub(crate) fn keeps(&self, node: usize) -> bool {
        let of = &self.nodes[node];
        of.checkpoint || of.given.is_some() || self.tail == Some(node)
    }

    /// Whether the result of a node goes with every slice.
    pub(crate) fn is_passing(&self, node: usize) -> bool {
        self.manner.launch == Launch::Slices && !self.nodes[node].checkpoint
    }

    /// Whether anybody is asked about a node.
    pub(crate) fn is_hooked(&self, node: usize) -> bool {
        let own = &self.nodes[node];
        let is_asked = self
            .nodes
            .iter()
            .any(|node| node.of_run.iter().any(Option::is_some));
        own.own.is_some() || own.is_missed || is_asked || self.manner.is_watched
    }

    /// For each node, the nodes that end before it starts, as bits; what was given its result waits for none.
    pub(crate) fn ancestors(&self) -> Vec<u64> {
        let mut ancestors: Vec<u64> = Vec::new();
        for node in &self.nodes {
            let upstream = node.upstream.iter().filter(|_| node.given.is_none());
            ancestors.push(upstream.fold(0, |all, &node| all | ancestors[node] | 1 << node));
        }
        ancestors
    }
}

/// The value that a body makes in an attempt: which arguments it found, and in which order, can be seen in it.
pub(crate) fn made(node: usize, attempt: u32, taken: &[Taken]) -> u64 {
    let start = node as u64 * 10 + u64::from(attempt);
    taken.iter().fold(start, |value, taken| {
        let number = match *taken {
            Taken::Value(value) => value,
            Taken::Nothing => 1,
            Taken::Skipped => 2,
            Taken::Cancelled => 3,
            Taken::Failed(state) => 10 + state as u64,
        };
        value.wrapping_mul(31).wrapping_add(number)
    })
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?}, tail {:?}", self.manner, self.tail)?;
        for (index, node) in self.nodes.iter().enumerate() {
            writeln!(f, "n{index}: {node}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(given) = self.given {
            write!(f, "given {given}, ")?;
        }
        let kind = if self.asynchronous { "async" } else { "sync" };
        write!(f, "{kind}, after {:?}", self.upstream)?;
        for argument in &self.arguments {
            let form = if argument.is_expression { " expression" } else { "" };
            write!(f, ", {:?} of{form} {:?}", argument.takes, argument.from)?;
        }
        let Rules {
            trigger,
            skip_on_upstream_skip,
            retries,
            timeout,
            tags,
            ..
        } = &self.rules;
        write!(
            f,
            "; {trigger:?}, skip {skip_on_upstream_skip}, retries {retries}"
        )?;
        write!(f, ", timeout {timeout:?}, tags {tags:?}, named {}", self.is_named)?;
        write!(
            f,
            ", checkpoint {}; {:?} {:?}",
            self.checkpoint, self.pace, self.ends
        )?;
        if let Some(target) = self.target {
            write!(f, "; target {target:?}, found {:?}", self.found)?;
        }
        if !self.died.is_empty() {
            write!(f, "; died {:?}", self.died)?;
        }
        if self.is_missed {
            write!(f, "; missed")?;
        }
        let [first, second] = &self.of_run;
        for (whose, hook) in [("own", &self.own), ("first", first), ("second", second)] {
            if let Some(hook) = hook {
                write!(f, "; {whose} {hook:?}")?;
            }
        }
        Ok(())
    }
}
