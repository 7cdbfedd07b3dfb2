//! Drives a run: with threads of its own, or beside the caller's async runtime.

use std::io;
use std::sync::Arc;

use tokio::runtime::{Handle, Runtime};
use tokio::task::unconstrained;

use crate::plan::Wanted;
use crate::store::wait;

use super::core::Core;
use super::passed::end_the_rest;
use super::pool::Pool;

/// Runs to the end, or until it is stopped; async bodies run on a runtime made for this run.
///
/// The calling thread is a worker too, but for a run with timeouts, which must not lose it to a body that is stuck, and
/// inside an async runtime, where bodies would find themselves in that.
///
/// # Errors
///
/// If that runtime, or a thread, cannot be made.
pub(crate) fn drive(core: &Arc<Core>, jobs: usize) -> io::Result<()> {
    let runtime = runtime(core, jobs)?;
    let tokio = runtime.as_ref().map(|runtime| runtime.handle().clone());
    let pool = Pool::new(core, tokio, jobs)?;
    if core.watch.is_some() || Handle::try_current().is_ok() {
        pool.spawn(Pool::lead)?;
    } else {
        pool.lead_here();
    }
    // What runs when the run is stopped runs to its end; nothing follows it.
    pool.join();
    if let Some(bodies) = &pool.bodies {
        // Not in tokio's turns: inside a task of another runtime they may be used up, and nothing here gives them back.
        wait(unconstrained(bodies.land(core.wanted() == Wanted::Stopping)));
    }
    pool.hand_on_bug();
    end_the_rest(core);
    if let Some(runtime) = runtime {
        // Not dropped: that would panic inside another runtime. Nothing runs on it any more but what is stuck.
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
            if let Some(bodies) = &self.0.bodies {
                bodies.abort();
            }
        }
    }

    let handle = Handle::try_current().map_err(io::Error::other)?;
    let pool = Pool::new(core, Some(handle), jobs)?;
    let abandon = Abandon(&pool);
    // Nothing has run, and nobody was told that anything starts, if this fails.
    pool.spawn(Pool::lead)?;
    pool.ended().await;
    if let Some(bodies) = &pool.bodies {
        bodies.land(false).await;
    }
    pool.join();
    pool.hand_on_bug();
    drop(abandon);
    Ok(())
}

/// A runtime for the async bodies, if there are any: no larger than they can use.
fn runtime(core: &Core, jobs: usize) -> io::Result<Option<Runtime>> {
    let bodies = core
        .spec
        .nodes
        .iter()
        .filter(|node| node.task.asynchronous)
        .count();
    if bodies == 0 {
        return Ok(None);
    }
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(jobs.min(bodies).min(processors.max(2)).max(1))
        .thread_name("flow-async")
        .enable_all()
        .build()?;
    Ok(Some(runtime))
}
