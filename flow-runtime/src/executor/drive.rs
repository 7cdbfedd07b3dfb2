//! The threads of a run: the caller's own and as many more as find work, and tokio for async bodies.

use core::panic::AssertUnwindSafe;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::any::Any;
use std::io;
use std::panic::{catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::runtime::{Handle, Runtime};
use tokio::sync::Notify;

use crate::attempt::Attempt;

use super::core::Core;
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
    pool.begin();
    pool.work();
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
            self.0.queue.abandon();
        }
    }

    let handle = Handle::try_current().map_err(io::Error::other)?;
    let pool = Pool::new(core, Some(handle), jobs);
    pool.spawn()?;
    let abandon = Abandon(&pool);
    pool.begin();
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
            ended: Notify::new(),
        })
    }

    fn begin(self: &Arc<Self>) {
        if self.core.is_finished() {
            self.end();
        } else {
            self.push(&self.core.roots());
        }
    }

    /// Hands nodes to the other workers, and starts some where there are too few.
    fn push(self: &Arc<Self>, nodes: &[u32]) {
        let waiting = self.queue.push(nodes);
        for _ in 0..waiting {
            if self.started.load(Ordering::Relaxed) >= self.jobs || self.spawn().is_err() {
                // A worker that could not be started is one less; those that run do its work.
                break;
            }
        }
    }

    fn spawn(self: &Arc<Self>) -> io::Result<()> {
        if self.started.fetch_add(1, Ordering::Relaxed) >= self.jobs {
            self.started.fetch_sub(1, Ordering::Relaxed);
            return Ok(());
        }
        let pool = Arc::clone(self);
        match thread::Builder::new()
            .name("flow-worker".to_owned())
            .spawn(move || pool.work())
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

    fn work(self: &Arc<Self>) {
        if let Err(bug) = catch_unwind(AssertUnwindSafe(|| self.work_until_closed())) {
            *self.bug.lock().unwrap_or_else(PoisonError::into_inner) = Some(bug);
            self.queue.abandon();
            self.ended.notify_one();
        }
    }

    fn work_until_closed(self: &Arc<Self>) {
        let mut attempt = Attempt::new(Arc::clone(&self.core), 0);
        let mut ready = Vec::new();
        while let Some(node) = self.queue.pop() {
            let mut next = Some(node);
            while let Some(node) = next {
                if self.step(node as usize, &mut attempt, &mut ready) {
                    self.end();
                }
                // The first successor goes on here, while its inputs are warm; the others are for everybody.
                next = ready.pop();
                if !ready.is_empty() {
                    self.push(&ready);
                    ready.clear();
                }
            }
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
        let mut attempt = Attempt::new(Arc::clone(&self.core), node);
        let (kind, detail) = worker::perform(&mut attempt).await;
        drop(attempt);
        let mut ready = Vec::new();
        if self.core.finish(node, kind, detail, &mut ready) {
            self.end();
        } else if !ready.is_empty() {
            self.push(&ready);
        }
    }

    fn end(&self) {
        self.queue.close();
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
