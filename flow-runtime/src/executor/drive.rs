//! The threads of a run: the caller's own and as many more as find work, and tokio for async bodies.

use core::panic::AssertUnwindSafe;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::any::Any;
use std::io;
use std::panic::{catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::runtime::{Handle, Runtime};
use tokio::sync::Notify;
use tokio::task::{JoinSet, unconstrained};

use crate::attempt::Attempt;
use crate::state::StateType;
use crate::store::wait;

use super::core::{Core, Detail};
use super::queue::Queue;
use super::worker;

/// The workers of one run.
struct Pool {
    core: Arc<Core>,
    queue: Queue,
    /// Drives async bodies; `None` where the flow has none.
    tokio: Option<Bodies>,
    jobs: usize,
    started: AtomicUsize,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// A panic outside all that an author wrote: a bug of ours, handed to the caller.
    bug: Mutex<Option<Box<dyn Any + Send>>>,
    /// Whether nothing more is to start.
    abandoned: AtomicBool,
    ended: Notify,
}

/// Runs to the end on the calling thread and up to `jobs - 1` more; async bodies run on a runtime made for this run.
///
/// # Errors
///
/// If that runtime cannot be made.
pub(crate) fn drive(core: &Arc<Core>, jobs: usize) -> io::Result<()> {
    let runtime = if has_async(core) {
        Some(runtime(jobs)?)
    } else {
        None
    };
    let pool = Pool::new(
        core,
        runtime.as_ref().map(|runtime| runtime.handle().clone()),
        jobs,
    );
    pool.started.store(1, Ordering::Relaxed);
    pool.lead();
    if let Some(tokio) = &pool.tokio {
        // Not in tokio's turns: inside a task of another runtime they may be used up, and nothing here gives them back.
        wait(unconstrained(tokio.land()));
    }
    pool.join();
    if let Some(runtime) = runtime {
        // Not dropped: that would panic inside another runtime. Nothing runs on it any more.
        runtime.shutdown_background();
    }
    Ok(())
}

/// Runs to the end on `jobs` threads beside the caller's runtime, which drives the async bodies.
///
/// Dropped before its end, it starts nothing more and drops the async bodies that run.
///
/// # Errors
///
/// If there is no runtime, or no thread can be started.
pub(crate) async fn drive_async(core: &Arc<Core>, jobs: usize) -> io::Result<()> {
    /// Stops the run when its future is dropped.
    struct Abandon<'a>(&'a Pool);
    impl Drop for Abandon<'_> {
        fn drop(&mut self) {
            self.0.abandon();
            if let Some(tokio) = &self.0.tokio {
                tokio.lock().abort_all();
            }
        }
    }

    let handle = Handle::try_current().map_err(io::Error::other)?;
    let pool = Pool::new(core, Some(handle), jobs);
    let abandon = Abandon(&pool);
    // Nothing has run, and nobody was told that anything starts, if this fails.
    pool.spawn(Pool::lead)?;
    pool.ended.notified().await;
    if let Some(tokio) = &pool.tokio {
        tokio.land().await;
    }
    pool.join();
    drop(abandon);
    Ok(())
}

fn has_async(core: &Core) -> bool {
    core.spec.nodes.iter().any(|node| node.task.asynchronous)
}

fn runtime(jobs: usize) -> io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(jobs)
        .thread_name("flow-async")
        .enable_all()
        .build()
}

/// The async bodies of one run.
struct Bodies {
    tokio: Handle,
    running: Mutex<JoinSet<()>>,
}

impl Bodies {
    fn lock(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self, driven: Driven) {
        let mut running = self.lock();
        // Under the lock: whoever abandons a run stops what was started before that, and finds all of it here.
        if driven.pool.abandoned.load(Ordering::Relaxed) {
            return;
        }
        // What has ended is forgotten as others start, so that this does not grow with the run.
        while running.try_join_next().is_some() {}
        running.spawn_on(driven.perform(), &self.tokio);
    }

    /// Waits until tokio has let go of every body, so that nothing of the run lives on there; one that still runs is
    /// dropped.
    async fn land(&self) {
        let mut running = std::mem::take(&mut *self.lock());
        running.shutdown().await;
    }
}

impl Pool {
    fn new(core: &Arc<Core>, tokio: Option<Handle>, jobs: usize) -> Arc<Self> {
        Arc::new(Self {
            core: Arc::clone(core),
            queue: Queue::new(),
            tokio: tokio.map(|tokio| Bodies {
                tokio,
                running: Mutex::default(),
            }),
            jobs: jobs.max(1),
            started: AtomicUsize::new(0),
            threads: Mutex::default(),
            bug: Mutex::default(),
            abandoned: AtomicBool::new(false),
            ended: Notify::new(),
        })
    }

    /// Starts the run, and works for it until it has ended.
    fn lead(self: &Arc<Self>) {
        self.guarded(|| {
            self.core.begin();
            if self.core.is_finished() {
                self.end();
            }
            if let Some((&first, others)) = self.core.roots().split_first() {
                self.push(others);
                self.work(Some(first));
            }
        });
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
    fn spawn(self: &Arc<Self>, work: fn(&Arc<Self>)) -> io::Result<()> {
        if self.started.fetch_add(1, Ordering::Relaxed) >= self.jobs {
            self.started.fetch_sub(1, Ordering::Relaxed);
            return Ok(());
        }
        let pool = Arc::clone(self);
        match thread::Builder::new()
            .name("flow-worker".to_owned())
            .spawn(move || work(&pool))
        {
            Ok(thread) => {
                self.threads
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(thread);
                Ok(())
            }
            Err(error) => {
                self.started.fetch_sub(1, Ordering::Relaxed);
                Err(error)
            }
        }
    }

    /// Hands a panic in our own code to the caller of the run.
    fn guarded(&self, work: impl FnOnce()) {
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
            if self.step(node as usize, &mut attempt, &mut ready) {
                self.end();
            }
            // The first successor goes on here, while its inputs are warm; the others are for everybody.
            next = match ready.split_first() {
                Some((&first, others)) => {
                    self.push(others);
                    Some(first)
                }
                None => self.queue.pop(),
            };
            ready.clear();
        }
    }

    /// Decides one node and, unless its body is async, runs it; `true` if the run has ended.
    fn step(self: &Arc<Self>, node: usize, attempt: &mut Attempt, ready: &mut Vec<u32>) -> bool {
        let core = &self.core;
        if let Some(kind) = worker::decide(core, node) {
            let detail = worker::passed_over(core, node, kind);
            return core.finish(node, kind, Some(detail), ready);
        }
        core.start(node);
        if let Some(tokio) = self
            .tokio
            .as_ref()
            .filter(|_| core.spec.nodes[node].task.asynchronous)
        {
            // Made here and not at the first poll, which a runtime that is gone never comes to.
            tokio.start(Driven {
                pool: Arc::clone(self),
                node,
                open: true,
            });
            return false;
        }
        attempt.turn_to(node);
        let (kind, detail) = worker::perform_now(attempt);
        // Before the end: after its last reader a result is freed, and this one reads no more.
        attempt.let_go();
        core.finish(node, kind, detail, ready)
    }

    fn end(&self) {
        self.queue.close();
        self.ended.notify_one();
    }

    /// Starts nothing more.
    fn abandon(&self) {
        self.abandoned.store(true, Ordering::Relaxed);
        self.queue.abandon();
    }

    /// Ends the run before its end, with a panic for its caller.
    fn give_up(&self, bug: Box<dyn Any + Send>) {
        *self.bug.lock().unwrap_or_else(PoisonError::into_inner) = Some(bug);
        self.abandon();
        self.ended.notify_one();
    }

    /// Waits for the other workers, and hands on a bug.
    fn join(&self) {
        let next = || self.threads.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // One by one: a worker may have started another, which is in the list when the first has ended.
        while let Some(thread) = next() {
            // Its panics are in `bug`.
            let _ = thread.join();
        }
        let bug = self.bug.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(bug) = bug {
            resume_unwind(bug);
        }
    }
}

/// A node whose body is async, from its start to its end: whatever becomes of its future, the run goes on.
struct Driven {
    pool: Arc<Pool>,
    node: usize,
    /// Whether it has not ended.
    open: bool,
}

impl Driven {
    async fn perform(mut self) {
        let mut attempt = Attempt::new(Arc::clone(&self.pool.core), self.node);
        let (kind, detail) = worker::perform(&mut attempt).await;
        attempt.let_go();
        drop(attempt);
        self.end(kind, detail);
    }

    fn end(&mut self, kind: StateType, detail: Option<Detail>) {
        self.open = false;
        let pool = &self.pool;
        pool.guarded(|| {
            let mut ready = Vec::new();
            if pool.core.finish(self.node, kind, detail, &mut ready) {
                pool.end();
            } else {
                pool.push(&ready);
            }
        });
    }
}

impl Drop for Driven {
    /// Ends a node whose future is dropped before its end: not started, stopped half-way, or unwound because what its
    /// body owns panics as it is dropped.
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        let message = if self.pool.abandoned.load(Ordering::Relaxed) {
            "its run was dropped"
        } else {
            "the async runtime that drove it was shut down"
        };
        let detail = Detail {
            message: message.to_owned(),
            ..Detail::default()
        };
        self.end(StateType::Cancelled, Some(detail));
    }
}
