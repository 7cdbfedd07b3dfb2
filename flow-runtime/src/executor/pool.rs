//! The threads of one run: workers that take what is ready, those that poll async bodies, and one that waits for async
//! bodies' times. What a worker does with a node is in [`step`](super::step).

use core::panic::AssertUnwindSafe;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::any::Any;
use std::io;
use std::panic::{catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError, Weak};
use std::thread::{self, JoinHandle, ThreadId};
use std::time::Duration;

use tokio::runtime::Handle;

use crate::attempt::Attempt;
use crate::plan::Wanted;
use crate::spec::{FlowSpec, NodeSpec};

use super::control::Driver;
use super::core::Core;
use super::pollers::Pollers;
use super::queue::{Queue, Seat};
use super::step::Step;

/// More workers than these share the shelves of the queue: a worker that finds nothing looks at all of them.
const MOST_SHELVES: usize = 64;

/// The threads of one run.
pub(super) struct Pool {
    pub(super) core: Arc<Core>,
    pub(super) queue: Queue,
    /// The async nodes that wait for their time: they need no worker.
    pub(super) timers: Queue,
    has_timer: OnceLock<bool>,
    /// What polls async bodies; `None` where the flow has none.
    pub(super) pollers: Option<Pollers>,
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
}

impl Pool {
    /// The workers, none of them started.
    ///
    /// # Errors
    ///
    /// If a thread that the run cannot do without cannot be started.
    pub(super) fn new(core: &Arc<Core>, tokio: Option<Handle>, jobs: usize) -> io::Result<Arc<Self>> {
        let pollers = match tokio.zip(async_threads(core.spec, jobs)) {
            Some((tokio, threads)) => Some(Pollers::new(tokio, threads)?),
            None => None,
        };
        let pool = Arc::new(Self {
            core: Arc::clone(core),
            queue: if core.is_plain && jobs > 1 {
                Queue::with_shelves(jobs.min(MOST_SHELVES))
            } else {
                Queue::new()
            },
            timers: Queue::new(),
            has_timer: OnceLock::new(),
            pollers,
            jobs: jobs.max(1),
            started: AtomicUsize::new(0),
            threads: Mutex::default(),
            lost: Mutex::default(),
            loses: Condvar::new(),
            bug: Mutex::default(),
            abandoned: AtomicBool::new(false),
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
            let mut roots = self.core.roots();
            let mut attempt = Attempt::new(Arc::clone(&self.core), 0);
            self.start_async(&mut roots, &mut attempt);
            if let Some((&first, others)) = roots.split_first() {
                self.push(others);
                self.work(Some(first), attempt);
            } else {
                self.flush();
                self.work(None, attempt);
            }
        });
    }

    /// The same on the calling thread.
    pub(super) fn lead_here(self: &Arc<Self>) {
        self.started.store(1, Ordering::Relaxed);
        self.lead();
    }

    /// The same on a thread of its own, when it is told to; never if that is dropped before.
    ///
    /// # Errors
    ///
    /// If there can be no more threads.
    pub(super) fn lead_apart(self: &Arc<Self>) -> io::Result<std::sync::mpsc::Sender<()>> {
        let (begin, begins) = std::sync::mpsc::channel();
        self.started.store(1, Ordering::Relaxed);
        self.thread(move |pool| {
            if begins.recv().is_ok() {
                pool.lead();
            }
        })?;
        Ok(begin)
    }

    /// Hands nodes to the other workers, and starts some where there are too few.
    pub(super) fn push(self: &Arc<Self>, nodes: &[u32]) {
        if nodes.is_empty() {
            return;
        }
        for _ in 0..self.queue.push(nodes) {
            if !self.hire() {
                break;
            }
        }
    }

    /// Starts a worker, unless there are enough; one that cannot be started is one less, and those that run do its work.
    pub(super) fn hire(self: &Arc<Self>) -> bool {
        // Nearly always there are enough: who only looks keeps no other thread from looking.
        if self.started.load(Ordering::Relaxed) >= self.jobs {
            return false;
        }
        if self.started.fetch_add(1, Ordering::Relaxed) >= self.jobs {
            self.dismiss();
            return false;
        }
        let hired = self.thread(|pool| pool.guarded(|| pool.work_on()));
        if hired.is_err() {
            self.dismiss();
        }
        hired.is_ok()
    }

    /// One worker less.
    pub(super) fn dismiss(&self) {
        self.started.fetch_sub(1, Ordering::Relaxed);
    }

    /// Sees that somebody waits for the times of async nodes; `false` if nobody can.
    pub(super) fn keeps_time(self: &Arc<Self>) -> bool {
        *self.has_timer.get_or_init(|| {
            let timer = self.thread(|pool| {
                pool.guarded(|| {
                    let mut attempt = Attempt::new(Arc::clone(&pool.core), 0);
                    let seat = pool.timers.seat();
                    while let Some(popped) = pool.timers.pop(seat) {
                        pool.start_due(popped.node, &mut attempt);
                    }
                });
            });
            timer.is_ok()
        })
    }

    /// Starts a thread that is waited for.
    ///
    /// # Errors
    ///
    /// If there can be no more threads.
    pub(super) fn thread(self: &Arc<Self>, work: impl FnOnce(&Arc<Self>) + Send + 'static) -> io::Result<()> {
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
            *self.bug.lock().unwrap_or_else(PoisonError::into_inner) = Some(bug);
            self.abandon();
        }
    }

    /// Works on what is in the queue until there is no more.
    pub(super) fn work_on(self: &Arc<Self>) {
        self.work(None, Attempt::new(Arc::clone(&self.core), 0));
    }

    /// Runs nodes, `first` before those in the queue, until there are no more.
    fn work(self: &Arc<Self>, first: Option<u32>, mut attempt: Attempt) {
        let mut ready = Vec::new();
        let seat = self.queue.seat();
        // Whether there may be something on its shelf: what others who share it put there, they look for.
        let mut stocked = false;
        // The bare nodes that have ended here and are not counted: where all threads would write at every step, each writes now and
        // then.
        let mut ended = 0;
        let mut next = first.or_else(|| self.pop(seat, &mut stocked));
        while let Some(node) = next
            && !self.abandoned.load(Ordering::Relaxed)
        {
            if ended > 0 && !self.core.is_bare(node as usize) {
                // Whoever takes this thread's place in its body knows nothing of them. This one has not ended: it is not the last.
                self.core.count_ended(core::mem::take(&mut ended));
            }
            match self.step(node as usize, &mut attempt, &mut ready) {
                Step::On => {}
                Step::Ended => ended += 1,
                Step::Last => self.end(),
                Step::Lost => return,
            }
            self.start_async(&mut ready, &mut attempt);
            // The first successor goes on here, while its inputs are warm; the others are for everybody.
            next = if let Some((&first, others)) = ready.split_first() {
                self.push(others);
                Some(first)
            } else if let Some(node) = stocked.then(|| self.queue.take(seat)).flatten() {
                Some(node)
            } else {
                if ended > 0 && self.core.count_ended(core::mem::take(&mut ended)) {
                    self.end();
                }
                self.flush();
                self.pop(seat, &mut stocked)
            };
            ready.clear();
        }
    }

    /// The next node of the queue; waits for one.
    fn pop(self: &Arc<Self>, seat: Seat, stocked: &mut bool) -> Option<u32> {
        let popped = self.queue.pop(seat)?;
        *stocked = popped.stocked;
        if popped.leaves_times {
            self.hire();
        }
        Some(popped.node)
    }

    /// Sees that what was recorded is written: whoever goes on may be busy for long.
    pub(super) fn flush(&self) {
        if let Some(recorder) = &self.core.recorder {
            // Who asks how the run ended is told of the error.
            let _ = recorder.flush(&self.core);
        }
    }

    pub(super) fn end(&self) {
        self.queue.close();
        self.timers.close();
    }

    /// Starts nothing more.
    pub(super) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Relaxed);
        self.queue.abandon();
        self.timers.abandon();
    }

    /// A stuck body keeps this thread for itself.
    pub(super) fn lose(&self, thread: ThreadId) {
        self.lost
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(thread);
        self.loses.notify_all();
    }

    /// Waits until nothing of the run runs any more, but for bodies that are stuck. What still runs in an async body when a run
    /// is stopped runs to its end; else it is dropped where it waits.
    pub(super) fn land(&self) {
        // While something runs its time is watched, which may start other threads.
        self.join();
        if let Some(pollers) = &self.pollers {
            // Only now: what is wanted of the run may have changed while it ran.
            pollers.land(self.core.wanted() == Wanted::Stopping);
        }
        self.join();
        if let Some(watch) = &self.core.watch {
            watch.close();
        }
    }

    /// Waits for the workers, but not for those that a stuck body keeps, and for those that take their places.
    fn join(&self) {
        loop {
            self.join_those_listed();
            let Some(watch) = &self.core.watch else { return };
            // Who takes over is in the list when the watch is done with it.
            watch.rest();
            if self
                .threads
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_empty()
            {
                return;
            }
        }
    }

    fn join_those_listed(&self) {
        let next = || self.threads.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // One by one: a worker may have started another, which is in the list when the first has ended.
        while let Some(thread) = next() {
            if self.core.watch.is_none() || !self.is_lost(&thread) {
                // Its panics are in `bug`.
                let _ = thread.join();
            }
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

/// How many processors this process may use. Not to be asked for nothing: the answer takes the system some file reads.
pub(crate) fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// How many threads the async bodies of a flow can use; `None` where it has none.
pub(super) fn async_threads(spec: &FlowSpec, jobs: usize) -> Option<usize> {
    let is_async = |node: &&NodeSpec| node.arms().iter().any(|arm| arm.task.asynchronous);
    let bodies = spec.nodes.iter().filter(is_async).count();
    (bodies > 0).then(|| jobs.min(bodies).min(processors().max(2)).max(1))
}

impl Driver for Pool {
    fn hurry(self: Arc<Self>, wanted: Wanted) {
        if wanted == Wanted::Stopping {
            self.abandon();
            return;
        }
        self.hurry_those_that_wait();
        let mut ready = Vec::new();
        if let Some(suspects) = &self.core.suspects {
            suspects.open(&mut ready);
        }
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
        self.hurry_those_that_wait();
        self.push(waiting);
    }
}

impl Pool {
    /// Makes ready what waits for its time: there is no waiting any more.
    pub(super) fn hurry_those_that_wait(&self) {
        self.queue.hurry();
        self.timers.hurry();
    }
}
