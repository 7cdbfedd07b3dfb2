//! What a flow with rules comes to, one node after the other, in words of its own: neither the executor nor the plan is
//! asked. That its run may be ended while a node lives is one number here: how often it looks, before that, whether the
//! run goes on.

use flow_runtime::__private::{Tolerance, UpstreamState};
use flow_runtime::StateType::{
    self, Cached, Cancelled, Failed, Paused, Pending, Retrying, Running, Skipped, Success, TimedOut,
};

use super::decided::{Panics, passed_over, tolerance, upstream_state};
use super::fate::{Change, Fate};
use super::hook::{Answer, Hook, Say, told};
use super::script::{Bound, End, Launch, Node, Pace, Route, Script, Taken, Takes, Target, made};

/// After so many deaths of its process a node has failed.
const MOST_DEATHS: usize = 3;

/// A node that is paused in so many attempts is never done.
const PATIENCE: u32 = 40;

/// What a wrong reference does otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// A skip masks a failure.
    MasksFailures,
    /// No parameter takes less than a value.
    ToleratesNothing,
    /// The first argument does not reach the value.
    LosesAnArgument,
    /// The hooks of the run are asked before the task's.
    AsksTheRunFirst,
    /// A retry that is not to be counted is.
    CountsEveryRetry,
}

/// What each node comes to in a run that nothing ends.
pub(crate) fn reference(script: &Script, flaw: Option<Flaw>) -> Vec<Fate> {
    let mut fates: Vec<Fate> = Vec::new();
    for index in 0..script.nodes.len() {
        let fate = fate(script, index, &fates, flaw, u32::MAX);
        fates.push(fate);
    }
    fates
}

/// What a node comes to after these, when its run goes on for so many looks.
pub(crate) fn fate(script: &Script, index: usize, before: &[Fate], flaw: Option<Flaw>, looks: u32) -> Fate {
    let node = &script.nodes[index];
    let mut life = Life {
        node,
        index,
        before,
        flaw,
        goes_on_for: looks,
        is_cancelled: matches!(script.manner.launch, Launch::Cancelled(_)),
        resumes: script.manner.launch == Launch::Slices,
        retries: 0,
        past: Vec::new(),
        fate: Fate::new(Pending),
    };
    life.live();
    let mut fate = life.fate;
    fate.value = fate.value.filter(|_| fate.state.has_value());
    fate.ends_run |= script.manner.fail_fast && matches!(fate.state, Failed | TimedOut);
    fate
}

/// What an attempt comes to, before it is asked whether it is repeated.
#[derive(Clone, Copy, PartialEq)]
enum Verdict {
    /// With `None` to a value that is not of its type.
    Success(Option<u64>),
    Skip,
    Cancel {
        ends_run: bool,
    },
    Pause,
    /// To a failure that its retries may mend.
    Failure,
    Timeout,
    /// To a failure that they may not.
    GivenUp,
    Retry {
        counted: bool,
    },
}

struct Life<'a> {
    node: &'a Node,
    index: usize,
    before: &'a [Fate],
    flaw: Option<Flaw>,
    goes_on_for: u32,
    is_cancelled: bool,
    /// Whether what is paused goes on by itself.
    resumes: bool,
    /// Of its retries, those that are used.
    retries: u32,
    /// The attempts that were to be repeated.
    past: Vec<(u32, StateType)>,
    fate: Fate,
}

impl Life<'_> {
    fn live(&mut self) {
        if let Some(given) = self.node.given {
            self.fate.state = Success;
            self.fate.value = Some(given);
            return;
        }
        let upstream: Vec<StateType> =
            (self.node.upstream.iter().map(|node| self.before[*node].state)).collect();
        if upstream.iter().any(|state| matches!(state, Pending | Paused)) {
            return;
        }
        let mut old = Pending;
        for attempt in 1.. {
            if self.has_ended() {
                return self.pass_over(attempt - 1, old, Cancelled);
            }
            if self.deaths(attempt) == MOST_DEATHS {
                return self.pass_over(attempt - 1, old, Failed);
            }
            match self.decided(&upstream) {
                Ok(None) => {}
                Ok(Some(state)) => return self.pass_over(0, Pending, state),
                Err(Panics) => return self.pass_over(0, Pending, Failed),
            }
            if let Some(value) = self.finds(attempt)
                && self.node.target() == Some(Target::Name)
            {
                return self.reuse(attempt, old, value);
            }
            let calls = self.fate.attempts.len();
            let state = self.attempt(attempt, old);
            let is_idle = self.fate.attempts.len() == calls;
            self.fate.idle += usize::from(is_idle && state != Cached);
            old = match state {
                Retrying => Retrying,
                // Its process has died.
                Running => Pending,
                Paused if self.resumes && !is_idle && attempt < PATIENCE => Pending,
                // A run that is ended later ends also what has paused in it.
                Paused if self.has_ended() => {
                    // An attempt that did not come to its body is none.
                    return self.pass_over(attempt - u32::from(is_idle), Paused, Cancelled);
                }
                state => {
                    self.fate.is_endless = state == Paused;
                    return self.end(attempt, state);
                }
            };
        }
    }

    /// How many deaths are behind it.
    fn deaths(&self, attempt: u32) -> usize {
        self.node.died.iter().filter(|died| **died < attempt).count()
    }

    /// What an attempt finds in its target: nothing where its arguments cannot be compared with what they were.
    fn finds(&self, attempt: u32) -> Option<u64> {
        let (from, value) = self.node.found?;
        let mut named = self.node.arguments.iter().flat_map(|argument| &argument.from);
        let is_known = named.all(|node| self.before[*node].value.is_some());
        (from <= attempt && is_known).then_some(value)
    }

    fn reuse(&mut self, attempt: u32, old: StateType, value: u64) {
        self.fate.value = Some(value);
        // No hook looks for that.
        let _ = self.ask(attempt, old, Cached, Self::next);
        self.end(attempt, Cached);
    }

    fn end(&mut self, attempt: u32, state: StateType) {
        self.fate.state = state;
        if self.node.is_missed && matches!(state, Failed | TimedOut) {
            if attempt > 0 {
                self.past.push((attempt, state));
            }
            self.fate.failure = Some(std::mem::take(&mut self.past));
        }
    }

    /// One attempt, and the state of the node after it.
    fn attempt(&mut self, attempt: u32, old: StateType) -> StateType {
        let (mut verdict, mut state);
        if let Some(answer) = self.ask(attempt, old, Running, Self::next) {
            verdict = verdict_of(answer, told(self.index));
            state = self.next(verdict);
        } else if let Some(value) = self.finds(attempt) {
            // Only its arguments tell where that is.
            self.fate.value = Some(value);
            let _ = self.ask(attempt, Running, Cached, Self::next);
            return Cached;
        } else {
            self.fate.attempts.push(attempt);
            if self.node.died.contains(&attempt) {
                return Running;
            }
            verdict = self.body(attempt);
            state = self.next(verdict);
            if let Some(answer) = self.ask(attempt, Running, state, Self::next) {
                verdict = verdict_of(answer, told(self.index));
                state = self.next(verdict);
            }
        }
        if verdict == Verdict::Success(None) {
            verdict = Verdict::GivenUp;
            state = self.next(verdict);
            // They are told; what they answer is void.
            let _ = self.ask(attempt, Running, state, |_, _| state);
        }
        self.fate.value = match verdict {
            Verdict::Success(value) => value,
            _ => None,
        };
        self.fate.ends_run = verdict == Verdict::Cancel { ends_run: true };
        if state == Retrying {
            self.retries += u32::from(self.counts(verdict));
            self.past.push((attempt, Retrying));
        }
        state
    }

    /// What its body comes to.
    fn body(&self, attempt: u32) -> Verdict {
        if self.node.pace == Pace::TimesOut {
            return Verdict::Timeout;
        }
        let mut taken = self.taken();
        if self.flaw == Some(Flaw::LosesAnArgument) {
            taken = taken.split_off(usize::from(!taken.is_empty()));
        }
        let value = made(self.index, attempt, &taken);
        match self.node.end(attempt) {
            End::Value | End::Says(_, Route::Void) => Verdict::Success(Some(value)),
            End::Error | End::Panic => Verdict::Failure,
            End::FinalError => Verdict::GivenUp,
            End::Says(say, _) => verdict_of(Answer::Says(say), !value),
        }
    }

    /// The state after an attempt: a failure is repeated while there are retries and the run goes on.
    fn next(&mut self, verdict: Verdict) -> StateType {
        let failed = match verdict {
            Verdict::Success(_) => return Success,
            Verdict::Skip => return Skipped,
            Verdict::Cancel { .. } => return Cancelled,
            Verdict::Pause => return self.paused(),
            Verdict::Timeout => TimedOut,
            Verdict::Failure | Verdict::GivenUp | Verdict::Retry { .. } => Failed,
        };
        let has_ended = self.has_ended();
        let has_retries = !self.counts(verdict) || self.retries < self.node.rules.retries;
        let is_repeated = verdict != Verdict::GivenUp && has_retries;
        match (has_ended, is_repeated) {
            (false, true) => Retrying,
            // It would have been repeated: nobody knows whether it has failed.
            (true, true) => Cancelled,
            (true, false) if self.is_cancelled => Cancelled,
            (_, false) => failed,
        }
    }

    /// Whether what follows it is one of its retries.
    fn counts(&self, verdict: Verdict) -> bool {
        verdict != Verdict::Retry { counted: false } || self.flaw == Some(Flaw::CountsEveryRetry)
    }

    /// Ends without running.
    fn pass_over(&mut self, attempt: u32, old: StateType, state: StateType) {
        let answer = self.ask(attempt, old, state, |life, verdict| life.instead(verdict, state));
        let verdict = answer.map(|answer| verdict_of(answer, told(self.index)));
        self.fate.ends_run = verdict == Some(Verdict::Cancel { ends_run: true });
        if let Some(Verdict::Success(value)) = verdict {
            self.fate.value = value;
        }
        let state = match verdict {
            None => state,
            // Its value is not of its type.
            Some(Verdict::Success(None)) => Failed,
            Some(verdict) => self.instead(verdict, state),
        };
        if state == Paused && self.has_ended() {
            return self.pass_over(attempt, Paused, Cancelled);
        }
        self.fate.is_endless = state == Paused;
        self.end(attempt, state);
    }

    /// What it is instead of `state`, in which it was to end without an attempt.
    fn instead(&mut self, verdict: Verdict, state: StateType) -> StateType {
        match verdict {
            Verdict::Success(_) => Success,
            Verdict::Skip => Skipped,
            Verdict::Cancel { .. } => Cancelled,
            Verdict::Pause => self.paused(),
            // There was no attempt that could be repeated.
            Verdict::Retry { .. } => state,
            Verdict::Failure | Verdict::Timeout | Verdict::GivenUp => Failed,
        }
    }

    /// Nothing is paused in a run that has ended.
    fn paused(&mut self) -> StateType {
        if self.has_ended() { Cancelled } else { Paused }
    }

    /// Asks the hooks about a change; the last answer counts. Each is told of the change as those before it have left it:
    /// `becomes` says what a signal makes of it.
    fn ask(
        &mut self,
        attempt: u32,
        old: StateType,
        new: StateType,
        mut becomes: impl FnMut(&mut Self, Verdict) -> StateType,
    ) -> Option<Answer> {
        let node = self.node;
        let [first, second] = &node.of_run;
        let mut order = [&node.own, first, second];
        if self.flaw == Some(Flaw::AsksTheRunFirst) {
            order.rotate_left(1);
        }
        let (mut seen, mut last) = (new, None);
        for hook in order.into_iter().flatten() {
            if let Some(answer) = Hook::asked(hook, attempt, old, seen) {
                seen = match answer {
                    Answer::Says(_) => becomes(self, verdict_of(answer, told(self.index))),
                    Answer::Breaks | Answer::Panics => Failed,
                };
                last = Some(answer);
            }
        }
        self.fate.changes.push(Change {
            attempt,
            old,
            new: seen,
        });
        last
    }

    /// Looks whether the run has been ended.
    fn has_ended(&mut self) -> bool {
        self.fate.looks += 1;
        self.fate.looks > self.goes_on_for
    }

    /// What its arguments find.
    fn taken(&self) -> Vec<Taken> {
        let mut taken = Vec::new();
        for argument in &self.node.arguments {
            let sees_outcomes = if argument.is_expression {
                self.node.bound() == Bound::Outcome
            } else {
                argument.takes == Takes::Outcome
            };
            taken.extend(argument.from.iter().map(|node| {
                let upstream = &self.before[*node];
                match (upstream.value, upstream.state) {
                    (Some(value), _) => Taken::Value(value),
                    (None, _) if !sees_outcomes => Taken::Nothing,
                    (None, Skipped) => Taken::Skipped,
                    (None, Cancelled) => Taken::Cancelled,
                    (None, state) => Taken::Failed(state),
                }
            }));
        }
        taken
    }

    /// What it is without running; `None` if it runs.
    fn decided(&self, states: &[StateType]) -> Result<Option<StateType>, Panics> {
        let tolerance = |node| match self.flaw {
            Some(Flaw::ToleratesNothing) => Tolerance::Nothing,
            _ => tolerance(&self.node.arguments, node),
        };
        let upstream: Vec<UpstreamState> = (self.node.upstream.iter().zip(states))
            .map(|(node, state)| upstream_state(*node, *state, tolerance(*node)))
            .collect();
        let skipped = states.contains(&Skipped) && self.node.rules.skip_on_upstream_skip;
        if self.flaw == Some(Flaw::MasksFailures) && skipped {
            return Ok(Some(Skipped));
        }
        passed_over(&self.node.rules, &upstream)
    }
}

fn verdict_of(answer: Answer, value: u64) -> Verdict {
    let say = match answer {
        Answer::Says(say) => say,
        Answer::Breaks | Answer::Panics => return Verdict::GivenUp,
    };
    match say {
        Say::Skip => Verdict::Skip,
        Say::Fail => Verdict::GivenUp,
        Say::Succeed => Verdict::Success(Some(value)),
        Say::SucceedWrongly => Verdict::Success(None),
        Say::Retry | Say::RetryAt => Verdict::Retry { counted: true },
        Say::RetryUncounted => Verdict::Retry { counted: false },
        Say::Pause => Verdict::Pause,
        Say::Cancel => Verdict::Cancel { ends_run: false },
        Say::EndRun => Verdict::Cancel { ends_run: true },
    }
}
