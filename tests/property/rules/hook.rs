//! What bodies and hooks say, and hooks as numbers: a task's hook is a plain function that can carry nothing, so it
//! reads from its node's name which hook it is.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use flow_runtime::StateType::{
    self, Cancelled, Failed, Paused, Pending, Retrying, Running, Skipped, Success, TimedOut, TriggerFailed,
};
use flow_runtime::{BoxError, FailedNode, NodeInfo, Signal, State};

use jiff::{SignedDuration, Timestamp};

use crate::in_time::PANIC;

const SOON: SignedDuration = SignedDuration::from_micros(300);

/// What a body or a hook says by a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Say {
    Skip,
    Fail,
    Succeed,
    /// With a value that is not of the task's output type.
    SucceedWrongly,
    Retry,
    RetryUncounted,
    /// At a time that is soon.
    RetryAt,
    Pause,
    Cancel,
    EndRun,
}

impl Say {
    /// The signal; `value` is what it may succeed with.
    pub(crate) fn signal(self, value: u64) -> Signal {
        match self {
            Self::Skip => Signal::skip("skip"),
            Self::Fail => Signal::fail("fail"),
            Self::Succeed => Signal::succeed(value),
            Self::SucceedWrongly => Signal::succeed("no number"),
            Self::Retry => Signal::retry_in(Duration::ZERO, "retry"),
            Self::RetryUncounted => Signal::retry_in(Duration::ZERO, "retry").uncounted(),
            Self::RetryAt => Signal::retry_at(Timestamp::now() + SOON, "retry"),
            Self::Pause => Signal::pause("pause"),
            Self::Cancel => Signal::cancel("cancel"),
            Self::EndRun => Signal::end_run("end"),
        }
    }
}

/// What a hook answers to a change that it does not let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Says(Say),
    Breaks,
    Panics,
}

impl Answer {
    /// The state that the hooks after it are told of.
    pub(crate) fn state(self) -> StateType {
        match self {
            Self::Says(Say::Skip) => Skipped,
            Self::Says(Say::Succeed | Say::SucceedWrongly) => Success,
            Self::Says(Say::Retry | Say::RetryUncounted | Say::RetryAt) => Retrying,
            Self::Says(Say::Pause) => Paused,
            Self::Says(Say::Cancel | Say::EndRun) => Cancelled,
            Self::Says(Say::Fail) | Self::Breaks | Self::Panics => Failed,
        }
    }
}

/// A hook: a pure function of node, old and new state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hook {
    number: usize,
    /// The old state that it looks for; any without one.
    from: Option<StateType>,
    /// The new state.
    pub(crate) to: StateType,
    /// The last attempt that it looks at.
    until: u32,
    pub(crate) answer: Answer,
}

const FROM: [Option<StateType>; 6] = [None, None, None, Some(Pending), Some(Running), Some(Retrying)];
const TO: [StateType; 12] = [
    Running,
    Running,
    Retrying,
    Success,
    Success,
    Failed,
    Failed,
    Skipped,
    TriggerFailed,
    Cancelled,
    TimedOut,
    Paused,
];
const UNTIL: [u32; 4] = [u32::MAX, u32::MAX, 1, 2];
const ANSWERS: [Answer; 14] = [
    Answer::Says(Say::Skip),
    Answer::Says(Say::Skip),
    Answer::Says(Say::Fail),
    Answer::Says(Say::Succeed),
    Answer::Says(Say::Succeed),
    Answer::Says(Say::Succeed),
    Answer::Says(Say::SucceedWrongly),
    Answer::Says(Say::Retry),
    Answer::Says(Say::RetryUncounted),
    Answer::Says(Say::Pause),
    Answer::Says(Say::Cancel),
    Answer::Says(Say::EndRun),
    Answer::Breaks,
    Answer::Panics,
];

impl Hook {
    pub(crate) const COUNT: usize = FROM.len() * TO.len() * UNTIL.len() * ANSWERS.len();

    pub(crate) fn numbered(number: usize) -> Self {
        let mut rest = number;
        let mut next = |count| {
            let digit = rest % count;
            rest /= count;
            digit
        };
        Self {
            number,
            from: FROM[next(FROM.len())],
            to: TO[next(TO.len())],
            until: UNTIL[next(UNTIL.len())],
            answer: ANSWERS[next(ANSWERS.len())],
        }
    }

    /// Whether it has its node attempted for ever.
    pub(crate) fn is_endless(&self) -> bool {
        self.answer == Answer::Says(Say::RetryUncounted) && self.until == u32::MAX
    }

    /// The name of a node with this hook.
    pub(crate) fn node_name(hook: Option<&Self>, node: usize) -> String {
        hook.map_or_else(|| format!("n{node}"), |hook| format!("n{node}#{}", hook.number))
    }

    /// What it answers.
    pub(crate) fn asked(&self, attempt: u32, old: StateType, new: StateType) -> Option<Answer> {
        let is_meant = new == self.to && attempt <= self.until && self.from.is_none_or(|from| from == old);
        is_meant.then_some(self.answer)
    }

    /// The same, as flow asks it.
    pub(crate) fn call(
        &self,
        info: &NodeInfo<'_>,
        old: &State,
        new: &State,
    ) -> Result<Option<Signal>, BoxError> {
        match self.asked(info.attempt(), old.kind, new.kind) {
            None => Ok(None),
            Some(Answer::Says(say)) => Ok(Some(say.signal(told(number_of(info.name()))))),
            Some(Answer::Breaks) => Err("the hook is broken".into()),
            Some(Answer::Panics) => panic!("{PANIC}hook"),
        }
    }
}

/// The hook of every task with one.
pub(crate) fn own(info: &NodeInfo<'_>, old: &State, new: &State) -> Result<Option<Signal>, BoxError> {
    let (_, number) = info.name().split_once('#').expect("a node with this hook");
    Hook::numbered(number.parse().expect("a number")).call(info, old, new)
}

/// For each run, the nodes whose hook on failures was called, and the attempts that it was told of.
static MISSED: Mutex<BTreeMap<String, Vec<Missed>>> = Mutex::new(BTreeMap::new());

/// The node, and its attempts: their numbers, and what it was after each.
pub(crate) type Missed = (usize, Vec<(u32, StateType)>);

/// The hook on failures of every task with one: a plain function too, that can tell nobody but a static.
#[allow(clippy::unnecessary_wraps, reason = "a hook may fail")]
pub(crate) fn missed(failed: &FailedNode<'_>) -> Result<(), BoxError> {
    let attempts = failed.attempts().iter();
    let told = attempts.map(|attempt| (attempt.number(), attempt.state().kind));
    let missed = (number_of(failed.node().name()), told.collect());
    let run = failed.node().run_id().to_string();
    MISSED.lock().unwrap().entry(run).or_default().push(missed);
    Ok(())
}

/// Which hooks on failures were called in a run since this was asked last.
pub(crate) fn missed_in(run: &str) -> Vec<Missed> {
    MISSED.lock().unwrap().remove(run).unwrap_or_default()
}

/// The number of the node with this name.
pub(crate) fn number_of(name: &str) -> usize {
    let end = name.find('#').unwrap_or(name.len());
    name[1..end].parse().expect("`n` and a number")
}

/// What a hook has its node succeed with: it knows no more than the node.
pub(crate) fn told(node: usize) -> u64 {
    1_000_000 + node as u64
}
