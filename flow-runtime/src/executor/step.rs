//! One step of the run: what a thread does with a node that is ready, and with what becomes of it.

use core::sync::atomic::Ordering;
use std::sync::Arc;
use std::time::Instant;

use crate::attempt::Attempt;
use crate::failure::Cause;
use crate::plan::Wanted;
use crate::state::StateType;

use super::bodies;
use super::core::Detail;
use super::due::Due;
use super::graph::as_u32;
use super::passed::{self, died, pass_over};
use super::pool::Pool;
use super::purse::Grant;
use super::settle::Settled;
use super::worker;

/// What is told of an `if` without `else` that makes no call.
const NO_ARM: &str = "its condition does not hold, and it has no `else`";

/// What follows a step.
#[derive(PartialEq, Eq)]
pub(super) enum Step {
    /// The next one.
    On,
    /// The next one; a bare node has ended, which the run does not count yet.
    Ended,
    /// Nothing: it was the run's last.
    Last,
    /// Nothing: another worker has taken this one's place.
    Lost,
}

/// What follows where this was, or was not, the run's last step.
fn after(is_last: bool) -> Step {
    if is_last { Step::Last } else { Step::On }
}

/// Whether a node that is ready starts.
#[derive(PartialEq, Eq)]
enum Admission {
    Starts,
    /// Later in this run.
    Waits,
    /// Not in this slice.
    Deferred,
    /// Not in this slice, unless it needs no body.
    Spent,
}

impl Pool {
    /// Decides one node and, unless its body is async, runs it; adds what that makes ready to `ready`.
    pub(super) fn step(self: &Arc<Self>, node: usize, attempt: &mut Attempt, ready: &mut Vec<u32>) -> Step {
        let core = &self.core;
        match core.wanted() {
            Wanted::All if core.is_bare(node) => return self.bare_step(node, attempt, ready),
            Wanted::Stopping => return Step::On,
            // Its children have ended, however that came.
            _ if core.is_over(node) => return self.close(node, ready),
            Wanted::All => {}
            Wanted::Ending | Wanted::Cancelling => {
                let detail = Detail {
                    message: core.reason().to_owned(),
                    ..Detail::default()
                };
                return self.carry_out(node, pass_over(core, node, StateType::Cancelled, detail), ready);
            }
        }
        if core.is_deadly(node) {
            return self.carry_out(node, died(core, node), ready);
        }
        if let Some(step) = self.pass_by(node, ready) {
            return step;
        }
        if core.branches.is_open(node)
            && let Some(step) = self
                .choose(node, attempt, ready)
                .or_else(|| self.pass_by(node, ready))
        {
            return step;
        }
        if core.families.is_for(node) {
            return self.open(node, attempt, ready);
        }
        match self.admission(node, ready) {
            Admission::Starts => {}
            Admission::Waits => return Step::On,
            Admission::Deferred => return after(core.defer(node)),
            Admission::Spent => {
                attempt.turn_to(node, core.next_attempt(node));
                if let Some(settled) = worker::find_now(attempt) {
                    return self.carry_out(node, settled, ready);
                }
                return after(core.defer(node));
            }
        }
        let number = core.start(node);
        if let Some(pollers) = self.pollers.as_ref().filter(|_| self.is_async(node)) {
            bodies::start(pollers, self, node, number);
            return Step::On;
        }
        attempt.turn_to(node, number);
        let settled = worker::perform_now(attempt);
        // Before the end: after its last reader a result is freed, and this one reads no more.
        attempt.let_go();
        if matches!(settled, Settled::Late) {
            return Step::Lost;
        }
        self.leave(node, attempt.was_admitted(), ready);
        self.carry_out(node, settled, ready)
    }

    fn is_async(&self, node: usize) -> bool {
        // A `for` itself runs no body, and what an arm runs is known once it is chosen.
        self.core.node(node).task.asynchronous
            && !self.core.families.is_for(node)
            && !self.core.branches.is_open(node)
    }

    /// Ends a node that the plan does not run.
    fn pass_by(self: &Arc<Self>, node: usize, ready: &mut Vec<u32>) -> Option<Step> {
        let core = &self.core;
        let settled = match worker::decide(core, node) {
            Ok(None) => return None,
            Ok(Some(kind)) => {
                let detail = worker::passed_over(core, node, kind);
                pass_over(core, node, kind, detail)
            }
            Err(panic) => {
                let cause = Cause::Panic(format!("{panic} (in its trigger)"));
                let detail = Detail::failed(core, node, cause);
                pass_over(core, node, StateType::Failed, detail)
            }
        };
        Some(self.carry_out(node, settled, ready))
    }

    /// Has an `if` or `match` choose its arm; `None` where there is one, and its call is to be made.
    fn choose(self: &Arc<Self>, node: usize, attempt: &mut Attempt, ready: &mut Vec<u32>) -> Option<Step> {
        let core = &self.core;
        if let Some(due) = core.not_before(node).filter(|due| !due.is_due()) {
            let is_deferred = self.wait_until(node, due) == Admission::Deferred;
            return Some(after(is_deferred && core.defer(node)));
        }
        if core.is_late() {
            return Some(after(core.defer(node)));
        }
        attempt.turn_to(node, core.next_attempt(node));
        let settled = match core.choose(attempt) {
            Ok(true) => return None,
            Ok(false) => {
                let detail = Detail {
                    message: NO_ARM.to_owned(),
                    ..Detail::default()
                };
                pass_over(core, node, StateType::Skipped, detail)
            }
            Err(cause) => worker::not_chosen(attempt, cause),
        };
        Some(self.carry_out(node, settled, ready))
    }

    /// Makes the children of a `for`.
    fn open(self: &Arc<Self>, node: usize, attempt: &mut Attempt, ready: &mut Vec<u32>) -> Step {
        let core = &self.core;
        if core.is_late() {
            return after(core.defer(node));
        }
        if let Some(readers) = &core.readers {
            readers.started(core, node);
        }
        match core.open(node, attempt, ready) {
            Ok(true) => return self.close(node, ready),
            Ok(false) => {}
            Err(cause) => {
                let detail = Detail::failed(core, node, cause);
                return self.carry_out(node, pass_over(core, node, StateType::Failed, detail), ready);
            }
        }
        // Where it goes on child by child, all of these may rest.
        after(core.is_finished())
    }

    /// Ends a `for` whose children have ended.
    fn close(self: &Arc<Self>, node: usize, ready: &mut Vec<u32>) -> Step {
        let settled = passed::close(&self.core, node);
        self.carry_out(node, settled, ready)
    }

    /// Starts the async nodes among those that are ready: they need no worker that is free.
    pub(super) fn start_async(self: &Arc<Self>, ready: &mut Vec<u32>, attempt: &mut Attempt) {
        let Some(pollers) = self.pollers.as_ref() else {
            return;
        };
        if self.abandoned.load(Ordering::Relaxed) {
            return;
        }
        while let Some(place) = ready.iter().position(|&node| self.is_async(node as usize)) {
            if pollers.is_gone() {
                // It ends as it starts, and what follows it, one in the other: a worker takes them one by one.
                return;
            }
            let node = ready.remove(place);
            // It only starts: nobody else takes this thread's place for it.
            if self.step(node as usize, attempt, ready) == Step::Last {
                self.end();
            }
        }
    }

    /// Starts an async node whose time has come.
    pub(super) fn start_due(self: &Arc<Self>, node: u32, attempt: &mut Attempt) {
        let mut ready = vec![node];
        self.start_async(&mut ready, attempt);
        self.push(&ready);
        self.flush();
    }

    /// Whether a node that is ready starts now; adds who takes its place to `ready`.
    fn admission(self: &Arc<Self>, node: usize, ready: &mut Vec<u32>) -> Admission {
        let core = &self.core;
        if let Some(due) = core.not_before(node)
            && !due.is_due()
        {
            return self.wait_until(node, due);
        }
        if let Some(suspects) = &core.suspects
            && !suspects.enter(as_u32(node))
        {
            if core.wanted() != Wanted::All {
                // Whoever ended the run may have looked before it stood in the line.
                suspects.open(ready);
            }
            return Admission::Waits;
        }
        let throttle = core.throttle(node);
        if let Some(throttle) = throttle
            && !throttle.enter(as_u32(node))
        {
            if let Some(suspects) = &core.suspects {
                suspects.leave(ready);
            }
            if core.wanted() != Wanted::All {
                // As above.
                throttle.open(ready);
            }
            return Admission::Waits;
        }
        let admission = self.admission_beside_others(node, ready);
        if let Some(throttle) = throttle.filter(|_| admission != Admission::Starts) {
            throttle.leave(ready);
        }
        if let Some(suspects) = core.suspects.as_ref().filter(|_| admission != Admission::Starts) {
            suspects.leave(ready);
        }
        admission
    }

    /// The same where others may run beside it.
    fn admission_beside_others(self: &Arc<Self>, node: usize, ready: &mut Vec<u32>) -> Admission {
        let core = &self.core;
        let rules = core.node(node).rules();
        if let Some(limits) = &core.limits
            && !limits.enter(as_u32(node), rules.tags)
        {
            if core.wanted() != Wanted::All {
                // As above.
                limits.open(ready);
            }
            return Admission::Waits;
        }
        let Some(purse) = &core.purse else {
            return Admission::Starts;
        };
        let now = Instant::now();
        let admission = if !core.is_unpaid(node) {
            match purse.enter(as_u32(node), rules.timeout, now, ready) {
                Grant::Reserved => return Admission::Starts,
                Grant::Waits => Admission::Waits,
                // Also a look takes time.
                Grant::Spent if purse.is_late(now) => Admission::Deferred,
                Grant::Spent => Admission::Spent,
            }
        } else if purse.goes_on(now) {
            return Admission::Starts;
        } else {
            Admission::Deferred
        };
        if let Some(limits) = &core.limits {
            limits.leave(rules.tags, ready);
        }
        if admission == Admission::Waits && core.wanted() != Wanted::All {
            purse.open(ready);
        }
        admission
    }

    /// Has a node wait for its time, unless that is beyond what the run may use.
    fn wait_until(self: &Arc<Self>, node: usize, due: Due) -> Admission {
        let purse = self.core.purse.as_ref();
        let is_beyond = purse.is_some_and(|purse| {
            let deadline = purse.deadline();
            !purse.has_more(Instant::now())
                || deadline.is_some_and(|deadline| {
                    Instant::now()
                        .checked_add(due.left())
                        .is_none_or(|at| at >= deadline)
                })
        });
        if is_beyond {
            return Admission::Deferred;
        }
        if self.pollers.is_some() && self.is_async(node) && self.keeps_time() {
            self.timers.push_at(as_u32(node), due);
        } else if !self.queue.push_at(as_u32(node), due) {
            // All that there are have something to do.
            self.hire();
        }
        if self.core.wanted() != Wanted::All || purse.is_some_and(|purse| !purse.has_more(Instant::now())) {
            // Whoever ended the run, or used up the budget, may have looked before it waited.
            self.hurry_those_that_wait();
        }
        Admission::Waits
    }

    /// Makes room for others with its tags; what it had of the budget and did not use, it gives back.
    fn leave(&self, node: usize, was_admitted: bool, ready: &mut Vec<u32>) {
        if let Some(suspects) = &self.core.suspects {
            suspects.leave(ready);
        }
        if let Some(throttle) = self.core.throttle(node) {
            throttle.leave(ready);
        }
        if let Some(limits) = &self.core.limits {
            limits.leave(self.core.node(node).rules().tags, ready);
        }
        let has_reserved = !was_admitted && !self.core.is_unpaid(node);
        if let Some(purse) = self.core.purse.as_ref().filter(|_| has_reserved) {
            purse.give_back(ready);
        }
    }

    /// Does what was settled; adds what that makes ready to `ready`.
    pub(super) fn carry_out(self: &Arc<Self>, node: usize, settled: Settled, ready: &mut Vec<u32>) -> Step {
        let core = &self.core;
        let last = match settled {
            Settled::Finish(kind, detail) => {
                if core.fails_fast(kind) {
                    core.fail_fast(node, kind);
                }
                core.finish(node, kind, detail, ready)
            }
            Settled::Retry(at) => {
                let due = core.wait_for_retry(node, at);
                self.wait_until(node, due) == Admission::Deferred && core.defer(node)
            }
            Settled::Rest(kind, detail) => core.rest(node, kind, detail),
            Settled::Late => return Step::Lost,
        };
        after(last)
    }

    /// Carries out what was settled elsewhere than in a worker's own step, and starts what follows.
    pub(super) fn settled(self: &Arc<Self>, node: usize, settled: Settled, was_admitted: bool) {
        self.guarded(|| {
            let mut ready = Vec::new();
            self.leave(node, was_admitted, &mut ready);
            if self.carry_out(node, settled, &mut ready) == Step::Last {
                self.end();
            }
            if self.pollers.is_some() {
                let mut attempt = Attempt::new(Arc::clone(&self.core), node);
                self.start_async(&mut ready, &mut attempt);
            }
            self.push(&ready);
            self.flush();
        });
    }
}
