//! Drives a run: with threads of its own, async bodies inside a runtime made for the run or inside the caller's.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use tokio::runtime::{Handle, Runtime};
use tokio::sync::oneshot;

use super::core::Core;
use super::passed::end_the_rest;
use super::pool::{Pool, async_threads};
use crate::spec::FlowSpec;

/// A run with all that it needs to start.
pub(crate) struct Ready {
    core: Arc<Core>,
    pool: Arc<Pool>,
    /// Made for this run.
    _runtime: OfItsOwn,
    /// Tells the thread that leads the run to start, where that is another one.
    lead: Option<mpsc::Sender<()>>,
}

impl Ready {
    /// Makes everything that can be missing: `tokio` is the caller's runtime, and without it the run has one of its own.
    ///
    /// The thread that runs it works too, but for a run with timeouts, which must not lose it to a body that is stuck, and
    /// inside an async runtime, where bodies would find themselves in that.
    ///
    /// # Errors
    ///
    /// If a runtime or a thread cannot be made.
    pub(crate) fn new(core: &Arc<Core>, jobs: usize, tokio: Option<Handle>) -> io::Result<Self> {
        // No more at a time than the budget allows at all: which ones they are is then the order of the flow's to say.
        let jobs = core.purse.as_ref().map_or(jobs, |purse| jobs.min(purse.free()));
        let runtime = match tokio {
            None => OfItsOwn::for_bodies(core.spec, jobs)?,
            Some(_) => OfItsOwn(None),
        };
        let handle = tokio.or_else(|| runtime.handle());
        core.resources.live_on(handle.as_ref());
        let pool = Pool::new(core, handle, jobs)?;
        let is_apart = core.watch.is_some() || Handle::try_current().is_ok();
        Ok(Self {
            lead: if is_apart { Some(pool.lead_apart()?) } else { None },
            core: Arc::clone(core),
            pool,
            _runtime: runtime,
        })
    }

    /// Runs to the end, or until it is stopped.
    pub(crate) fn run(self) {
        match self.lead {
            // It waits for this.
            Some(lead) => drop(lead.send(())),
            None => self.pool.lead_here(),
        }
        self.pool.land();
        self.pool.hand_on_bug();
        end_the_rest(&self.core);
        // Inside the runtime, which is there as long as this is.
        self.core.resources.release();
    }
}

/// A runtime that is made for one run. Nothing runs on it any more when it is dropped, but what is stuck: that is not waited
/// for, which would panic inside another runtime.
pub(crate) struct OfItsOwn(Option<Runtime>);

impl OfItsOwn {
    /// For the async bodies, if there are any: no larger than they can use.
    fn for_bodies(spec: &FlowSpec, jobs: usize) -> io::Result<Self> {
        async_threads(spec, jobs).map_or(Ok(Self(None)), Self::new)
    }

    /// The same, also for the resources.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    #[cfg(feature = "cli")]
    pub(crate) fn for_resources(spec: &FlowSpec, jobs: usize) -> io::Result<Self> {
        Self::new(async_threads(spec, jobs).unwrap_or(1))
    }

    fn new(threads: usize) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("flow-tokio")
            .enable_all()
            .build()?;
        Ok(Self(Some(runtime)))
    }

    /// What is spawned by and entered; `None` where there was no need of a runtime.
    pub(crate) fn handle(&self) -> Option<Handle> {
        self.0.as_ref().map(|runtime| runtime.handle().clone())
    }
}

impl Drop for OfItsOwn {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Runs on a thread of its own.
///
/// # Errors
///
/// If a runtime or a thread cannot be made.
pub(crate) fn drive_apart(core: &Arc<Core>, jobs: usize) -> io::Result<JoinHandle<()>> {
    apart(core, jobs, None, Ready::run).map(|(thread, _)| thread)
}

/// Hands a run with all that it needs to a thread of its own.
fn apart(
    core: &Arc<Core>,
    jobs: usize,
    tokio: Option<Handle>,
    run: impl FnOnce(Ready) + Send + 'static,
) -> io::Result<(JoinHandle<()>, Arc<Pool>)> {
    let (start, starts) = mpsc::channel::<Ready>();
    // Before all else: nothing has begun, and nobody was told that anything does, if a thread is missing.
    let thread = thread::Builder::new()
        .name("flow-run".to_owned())
        .spawn(move || {
            if let Ok(ready) = starts.recv() {
                run(ready);
            }
        })?;
    let ready = Ready::new(core, jobs, tokio)?;
    let pool = Arc::clone(&ready.pool);
    let _ = start.send(ready);
    Ok((thread, pool))
}

/// Runs beside the caller's runtime, inside which async bodies find themselves.
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
            if let Some(pollers) = &self.0.pollers {
                pollers.abort();
            }
        }
    }

    let handle = Handle::try_current().map_err(io::Error::other)?;
    let (end, ended) = oneshot::channel::<Result<(), Box<dyn Any + Send>>>();
    let (_, pool) = apart(core, jobs, Some(handle), |ready| {
        let _ = end.send(catch_unwind(AssertUnwindSafe(|| ready.run())));
    })?;
    let abandon = Abandon(&pool);
    let bug = match ended.await {
        Ok(Ok(())) => None,
        Ok(Err(bug)) => Some(bug),
        Err(error) => Some(Box::new(error.to_string()) as Box<dyn Any + Send>),
    };
    drop(abandon);
    match bug {
        None => Ok(()),
        Some(bug) => resume_unwind(bug),
    }
}
