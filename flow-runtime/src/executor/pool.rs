//! The workers of one run: the threads that take what is ready, decide it, run it and carry out what becomes of it.

use core::panic::AssertUnwindSafe;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::any::Any;
use std::io;
use std::panic::{catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::thread::{self, JoinHandle, ThreadId};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::Notify;

use crate::attempt::Attempt;
use crate::failure::Cause;
use crate::plan::Wanted;
use crate::state::StateType;
use crate::store::wait;

use super::bodies::{Bodies, Driven};
use super::control::Driver;
use super::core::{Core, Detail};
use super::due::Due;
use super::graph::as_u32;
use super::passed::{died, pass_over};
use super::purse::Grant;
use super::queue::Queue;
use super::settle::Settled;
use super::watch::{Fence, Takeover};
use super::worker;

/// The workers of one run.
pub(super) struct Pool {
    pub(super) core: Arc<Core>,
    queue: Queue,
    /// The async bodies; `None` where the flow has none.
    pub(super) bodies: Option<Bodies>,
    jobs: usize,
    started: AtomicUsize,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// The threads that a stuck body keeps for itself.
    lost: Mutex<Vec<ThreadId>>,
    loses: Condvar,
    /// A panic outside all that an author wrote: a bug of ours, handed to the caller.
    bug: Mutex<Option<Box<dyn Any + Send>>>,
    /// Whether nothing more is to start.
    pub(super) abandoned: AtomicBool,
    ended: Notify,
}

/// What follows a step of a worker.
#[derive(PartialEq, Eq)]
enum Step {
    /// The next one.
    On,
    /// Nothing: it was the run's last.
    Last,
    /// Nothing: another worker has taken this one's place.
    Lost,
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
    /// The workers, none of them started.
    ///
    /// # Errors
    ///
    /// If the thread that watches timeouts cannot be started.
    pub(super) fn new(core: &Arc<Core>, tokio: Option<Handle>, jobs: usize) -> io::Result<Arc<Self>> {
        let pool = Arc::new(Self {
            core: Arc::clone(core),
            queue: Queue::new(),
            bodies: tokio.map(Bodies::new),
            jobs: jobs.max(1),
            started: AtomicUsize::new(0),
            threads: Mutex::default(),
            lost: Mutex::default(),
            loses: Condvar::new(),
            bug: Mutex::default(),
            abandoned: AtomicBool::new(false),
            ended: Notify::new(),
        });
        if let Some(watch) = &core.watch {
            watch.start(&pool)?;
        }
        let driver: Weak<dyn Driver> = Arc::downgrade(&pool) as _;
        let _ = core.control.driver.set(driver);
        Ok(pool)
    }

    /// Starts the run, and works for it until it has ended.
    pub(super) fn lead(self: &Arc<Self>) {
        self.guarded(|| {
            self.core.begin();
            if self.core.is_finished() {
                self.end();
            }
            if self.core.wanted() == Wanted::Stopping {
                self.abandon();
            }
            if let Some((&first, others)) = self.core.roots().split_first() {
                self.push(others);
                self.work(Some(first));
            }
        });
    }

    /// The same on the calling thread.
    pub(super) fn lead_here(self: &Arc<Self>) {
        self.started.store(1, Ordering::Relaxed);
        self.lead();
    }

    /// Waits until the run has ended.
    pub(super) async fn ended(&self) {
        self.ended.notified().await;
    }

    /// Hands nodes to the other workers, and starts some where there are too few.
    fn push(self: &Arc<Self>, nodes: &[u32]) {
        if nodes.is_empty() {
            return;
        }
        let waiting = self.queue.push(nodes);
        for _ in 0..waiting {
            if self.started.load(Ordering::Relaxed) >= self.jobs
                || self.spawn(|pool| pool.guarded(|| pool.work(None))).is_err()
            {
                // A worker that could not be started is one less; those that run do its work.
                break;
            }
        }
    }

    /// Starts a worker unless there are enough.
    ///
    /// # Errors
    ///
    /// If there can be no more threads.
    pub(super) fn spawn(self: &Arc<Self>, work: impl FnOnce(&Arc<Self>) + Send + 'static) -> io::Result<()> {
        if self.started.fetch_add(1, Ordering::Relaxed) >= self.jobs {
            self.started.fetch_sub(1, Ordering::Relaxed);
            return Ok(());
        }
        self.thread(work).inspect_err(|_| {
            self.started.fetch_sub(1, Ordering::Relaxed);
        })
    }

    fn thread(self: &Arc<Self>, work: impl FnOnce(&Arc<Self>) + Send + 'static) -> io::Result<()> {
        let pool = Arc::clone(self);
        let thread = thread::Builder::new()
            .name("flow-worker".to_owned())
            .spawn(move || work(&pool))?;
        self.threads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(thread);
        Ok(())
    }

    /// Hands a panic in our own code to the caller of the run.
    pub(super) fn guarded(&self, work: impl FnOnce()) {
        if let Err(bug) = catch_unwind(AssertUnwindSafe(work)) {
            self.give_up(bug);
        }
    }

    /// Runs nodes, `first` before those in the queue, until there are no more.
    fn work(self: &Arc<Self>, first: Option<u32>) {
        let mut attempt = Attempt::new(Arc::clone(&self.core), 0);
        let mut ready = Vec::new();
        let mut next = first.or_else(|| self.queue.pop());
        while let Some(node) = next
            && !self.abandoned.load(Ordering::Relaxed)
        {
            match self.step(node as usize, &mut attempt, &mut ready) {
                Step::On => {}
                Step::Last => self.end(),
                Step::Lost => return,
            }
            // The first successor goes on here, while its inputs are warm; the others are for everybody.
            next = if let Some((&first, others)) = ready.split_first() {
                self.push(others);
                Some(first)
            } else {
                if let Some(recorder) = &self.core.recorder {
                    recorder.flush(&self.core);
                }
                self.queue.pop()
            };
            ready.clear();
        }
    }

    /// Decides one node and, unless its body is async, runs it.
    fn step(self: &Arc<Self>, node: usize, attempt: &mut Attempt, ready: &mut Vec<u32>) -> Step {
        let core = &self.core;
        match core.wanted() {
            Wanted::All => {}
            Wanted::Stopping => return Step::On,
            Wanted::Ending | Wanted::Cancelling => {
                let detail = detail(core.reason().to_owned());
                return self.carry_out(node, pass_over(core, node, StateType::Cancelled, detail), ready);
            }
        }
        if core.is_deadly(node) {
            return self.carry_out(node, died(core, node), ready);
        }
        match worker::decide(core, node) {
            Ok(None) => {}
            Ok(Some(kind)) => {
                let detail = worker::passed_over(core, node, kind);
                return self.carry_out(node, pass_over(core, node, kind, detail), ready);
            }
            Err(panic) => {
                let cause = Cause::Panic(format!("{panic} (in its trigger)"));
                let detail = Detail::failed(core, node, cause);
                return self.carry_out(node, pass_over(core, node, StateType::Failed, detail), ready);
            }
        }
        match self.admission(node, ready) {
            Admission::Starts => {}
            Admission::Waits => return Step::On,
            Admission::Deferred => return if core.defer(node) { Step::Last } else { Step::On },
            Admission::Spent => {
                attempt.turn_to(node, core.attempts(node) + 1);
                if let Some(settled) = worker::find_now(attempt) {
                    return self.carry_out(node, settled, ready);
                }
                return if core.defer(node) { Step::Last } else { Step::On };
            }
        }
        let spec = &core.spec.nodes[node];
        let number = core.start(node);
        if let Some(bodies) = self.bodies.as_ref().filter(|_| spec.task.asynchronous) {
            // Made here and not at the first poll, which a runtime that is gone never comes to.
            bodies.start(Driven::new(Arc::clone(self), node, number));
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

    /// Whether a node that is ready starts now; adds who takes its place to `ready`.
    fn admission(&self, node: usize, ready: &mut Vec<u32>) -> Admission {
        let core = &self.core;
        if let Some(due) = core.not_before(node)
            && !due.is_due()
        {
            return self.wait_until(node, due);
        }
        let rules = core.spec.nodes[node].rules();
        if let Some(limits) = &core.limits
            && !limits.enter(as_u32(node), rules.tags)
        {
            if core.wanted() != Wanted::All {
                // Whoever ended the run may have looked before it stood in the line.
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
    fn wait_until(&self, node: usize, due: Due) -> Admission {
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
        self.queue.push_at(as_u32(node), due);
        if self.core.wanted() != Wanted::All || purse.is_some_and(|purse| !purse.has_more(Instant::now())) {
            // Whoever ended the run, or used up the budget, may have looked before it waited.
            self.queue.hurry();
        }
        Admission::Waits
    }

    /// Makes room for others with its tags; what it had of the budget and did not use, it gives back.
    fn leave(&self, node: usize, was_admitted: bool, ready: &mut Vec<u32>) {
        if let Some(limits) = &self.core.limits {
            limits.leave(self.core.spec.nodes[node].rules().tags, ready);
        }
        let has_reserved = !was_admitted && !self.core.is_unpaid(node);
        if let Some(purse) = self.core.purse.as_ref().filter(|_| has_reserved) {
            purse.give_back(ready);
        }
    }

    /// Does what was settled; adds what that makes ready to `ready`.
    fn carry_out(&self, node: usize, settled: Settled, ready: &mut Vec<u32>) -> Step {
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
        if last { Step::Last } else { Step::On }
    }

    /// Carries out what was settled elsewhere than in a worker's own step.
    pub(super) fn settled(self: &Arc<Self>, node: usize, settled: Settled, was_admitted: bool) {
        self.guarded(|| {
            let mut ready = Vec::new();
            self.leave(node, was_admitted, &mut ready);
            if self.carry_out(node, settled, &mut ready) == Step::Last {
                self.end();
            }
            self.push(&ready);
            // Those who take these up may be busy for long.
            if let Some(recorder) = &self.core.recorder {
                recorder.flush(&self.core);
            }
        });
    }

    fn end(&self) {
        self.queue.close();
        self.ended.notify_one();
    }

    /// Starts nothing more.
    pub(super) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Relaxed);
        self.queue.abandon();
    }

    /// Ends the run before its end, with a panic for its caller.
    fn give_up(&self, bug: Box<dyn Any + Send>) {
        *self.bug.lock().unwrap_or_else(PoisonError::into_inner) = Some(bug);
        self.abandon();
        self.ended.notify_one();
    }

    /// Waits for the workers, but not for those that a stuck body keeps.
    pub(super) fn join(&self) {
        let next = || self.threads.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // One by one: a worker may have started another, which is in the list when the first has ended.
        while let Some(thread) = next() {
            if self.core.watch.is_none() || !self.is_lost(&thread) {
                // Its panics are in `bug`.
                let _ = thread.join();
            }
        }
        if let Some(watch) = &self.core.watch {
            watch.close();
        }
    }

    /// Waits until a thread has ended, or is lost.
    fn is_lost(&self, thread: &JoinHandle<()>) -> bool {
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        while !thread.is_finished() {
            if lost.contains(&thread.thread().id()) {
                return true;
            }
            // The end of a thread wakes nobody.
            let waited = self.loses.wait_timeout(lost, Duration::from_millis(5));
            lost = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        false
    }

    /// Hands a bug of ours to the caller of the run.
    pub(super) fn hand_on_bug(&self) {
        let bug = self.bug.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(bug) = bug {
            resume_unwind(bug);
        }
    }
}

impl Driver for Pool {
    fn hurry(self: Arc<Self>, wanted: Wanted) {
        if wanted == Wanted::Stopping {
            self.abandon();
            return;
        }
        self.queue.hurry();
        let mut ready = Vec::new();
        if let Some(limits) = &self.core.limits {
            limits.open(&mut ready);
        }
        if let Some(purse) = &self.core.purse {
            purse.open(&mut ready);
        }
        self.push(&ready);
    }

    fn spent(self: Arc<Self>, waiting: &[u32]) {
        // They are deferred: what waits for its time, and what waited for an attempt in vain.
        self.queue.hurry();
        self.push(waiting);
    }
}

impl Takeover for Pool {
    fn take_over(self: Arc<Self>, fence: &Fence) {
        let (node, number) = (fence.node, fence.number);
        let settle = move |pool: &Arc<Self>| {
            let mut attempt = Attempt::new(Arc::clone(&pool.core), node);
            attempt.turn_to(node, number);
            let settled = wait(worker::time_out(&mut attempt));
            pool.settled(node, settled, true);
        };
        let Some(lost) = fence.thread else {
            if let Some(bodies) = &self.bodies {
                bodies.lose();
            }
            if self.thread(settle).is_err() {
                settle(&self);
            }
            return;
        };
        let replaced = self.thread(move |pool| {
            pool.guarded(|| {
                settle(pool);
                pool.work(None);
            });
        });
        // Only now: while nobody is in its place, it is waited for.
        self.lost
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(lost);
        self.loses.notify_all();
        if replaced.is_err() {
            self.started.fetch_sub(1, Ordering::Relaxed);
            settle(&self);
        }
    }
}

fn detail(message: String) -> Detail {
    Detail {
        message,
        ..Detail::default()
    }
}
