//! The threads of a run: the caller's own and as many more as find work, and tokio for async bodies.

use core::panic::AssertUnwindSafe;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::any::Any;
use std::io;
use std::panic::{catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::runtime::{Handle, Runtime};
use tokio::sync::Notify;

use crate::attempt::Attempt;
use crate::state::StateType;

use super::core::{Core, Detail};
use super::queue::Queue;
use super::worker;

/// The workers of one run.
struct Pool {
    core: Arc<Core>,
    queue: Queue,
    /// Drives async bodies; `None` where the flow has none.
    tokio: Option<Handle>,
    jobs: usize,
    started: AtomicUsize,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// A panic outside every body: a bug of ours, handed to the caller.
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
    if let Some((&first, others)) = pool.begin().split_first() {
        pool.push(others);
        pool.work(Some(first));
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
/// Dropped before its end, it starts nothing more.
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
        }
    }

    let handle = Handle::try_current().map_err(io::Error::other)?;
    let pool = Pool::new(core, Some(handle), jobs);
    let abandon = Abandon(&pool);
    if let Some((&first, others)) = pool.begin().split_first() {
        // Before the others: nothing has run if this fails.
        pool.spawn(Some(first))?;
        pool.push(others);
    }
    pool.ended.notified().await;
    drop(abandon);
    pool.join();
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

impl Pool {
    fn new(core: &Arc<Core>, tokio: Option<Handle>, jobs: usize) -> Arc<Self> {
        Arc::new(Self {
            core: Arc::clone(core),
            queue: Queue::new(),
            tokio,
            jobs: jobs.max(1),
            started: AtomicUsize::new(0),
            threads: Mutex::default(),
            bug: Mutex::default(),
            abandoned: AtomicBool::new(false),
            ended: Notify::new(),
        })
    }

    /// The nodes that a run starts with; it ends at once where there are none.
    fn begin(&self) -> Vec<u32> {
        if self.core.is_finished() {
            self.end();
        }
        self.core.roots()
    }

    /// Hands nodes to the other workers, and starts some where there are too few.
    fn push(self: &Arc<Self>, nodes: &[u32]) {
        if nodes.is_empty() {
            return;
        }
        let waiting = self.queue.push(nodes);
        for _ in 0..waiting {
            if self.started.load(Ordering::Relaxed) >= self.jobs || self.spawn(None).is_err() {
                // A worker that could not be started is one less; those that run do its work.
                break;
            }
        }
    }

    /// Starts a worker, with a node to begin with, unless there are enough.
    fn spawn(self: &Arc<Self>, first: Option<u32>) -> io::Result<()> {
        if self.started.fetch_add(1, Ordering::Relaxed) >= self.jobs {
            self.started.fetch_sub(1, Ordering::Relaxed);
            return Ok(());
        }
        let pool = Arc::clone(self);
        match thread::Builder::new()
            .name("flow-worker".to_owned())
            .spawn(move || pool.work(first))
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

    fn work(self: &Arc<Self>, first: Option<u32>) {
        if let Err(bug) = catch_unwind(AssertUnwindSafe(|| self.work_until_closed(first))) {
            self.give_up(bug);
        }
    }

    fn work_until_closed(self: &Arc<Self>, first: Option<u32>) {
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
            let detail = worker::pass_over(core, node, kind);
            return core.finish(node, kind, Some(detail), ready);
        }
        core.start(node);
        if let Some(tokio) = self
            .tokio
            .as_ref()
            .filter(|_| core.spec.nodes[node].task.asynchronous)
        {
            tokio.spawn(Arc::clone(self).perform(node));
            return false;
        }
        attempt.turn_to(node);
        let (kind, detail) = worker::perform_now(attempt);
        core.finish(node, kind, detail, ready)
    }

    /// Drives a node whose body is async.
    async fn perform(self: Arc<Self>, node: usize) {
        let mut driven = Driven {
            pool: self,
            node: Some(node),
        };
        let mut attempt = Attempt::new(Arc::clone(&driven.pool.core), node);
        let (kind, detail) = worker::perform(&mut attempt).await;
        drop(attempt);
        driven.end(kind, detail);
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
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
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
    /// `None` once it has ended.
    node: Option<usize>,
}

impl Driven {
    fn end(&mut self, kind: StateType, detail: Option<Detail>) {
        let Some(node) = self.node else { return };
        let mut ready = Vec::new();
        let last = self.pool.core.finish(node, kind, detail, &mut ready);
        self.node = None;
        if last {
            self.pool.end();
        } else {
            self.pool.push(&ready);
        }
    }
}

impl Drop for Driven {
    fn drop(&mut self) {
        if self.node.is_none() {
            return;
        }
        if thread::panicking() {
            self.pool
                .give_up(Box::new("a bug in the executor: see the panic above"));
            return;
        }
        let detail = Detail {
            message: "the async runtime that drove it was shut down".to_owned(),
            ..Detail::default()
        };
        self.end(StateType::Cancelled, Some(detail));
    }
}
