//! Options of a run, and what starts one. How it is made ready is in [`prepare`], where it lies in [`place`].

mod before;
mod children;
mod earlier;
mod opening;
mod place;
mod prepare;
mod restored;
mod slice;
mod time;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::budget::Budget;
use crate::error::{RunError, SliceError, StartError};
use crate::event::{Reader, SharedReader};
use crate::executor::{Force, RunHook, drive_apart, drive_async, processors};
use crate::flow::{Flow, Start};
use crate::handle::{Handle, Switch};
use crate::hook::{HookAnswer, NodeInfo};
use crate::key::AnyKey;
use crate::run::Run;
use crate::runs::RunsError;
use crate::slot::Held;
use crate::spec::FlowSpec;
use crate::state::{DEFAULT_LIMIT, RunState, State};
use crate::store::{Store, wait};
use crate::task::Shared;

pub use place::Durability;
use place::Root;
pub(crate) use prepare::{Begin, Drive};
pub use restored::Restored;
pub use slice::Slice;
pub use time::LogicalTime;

/// How many finished runs of a flow are kept.
const KEPT: usize = 10;

/// After how many deaths of its process a node has failed.
const DEATHS: u32 = 3;

/// Runs flows, with options.
///
/// ```no_run
/// # use flow_runtime::{Runner, flow, task};
/// # #[task]
/// # fn one() -> u32 { 1 }
/// # flow! { fn nightly() -> u32 { a = one(); a } }
/// let run = Runner::new().store("/var/lib/nightly").jobs(4).run(nightly())?;
/// println!("{}", run.output());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "a runner does nothing until it is given a flow: `runner.run(..)`"]
pub struct Runner {
    root: Root,
    durability: Durability,
    keep: usize,
    deaths: u32,
    state_limit: usize,
    /// `None` for as many as there are processors.
    jobs: Option<usize>,
    time: Option<LogicalTime>,
    zone: Option<String>,
    force: Force,
    given: Vec<GivenResult>,
    readers: Vec<SharedReader>,
    hooks: Vec<RunHook>,
    limits: Vec<(String, usize)>,
    fail_fast: bool,
    switch: Option<Switch>,
    /// The runtime for async bodies, which the run makes itself without this.
    tokio: Option<tokio::runtime::Handle>,
}

/// A result set by hand.
#[derive(Clone)]
struct GivenResult {
    flow: &'static FlowSpec,
    node: usize,
    value: Held,
}

impl GivenResult {
    /// The node and its result, for a run of `flow`.
    fn of(&self, flow: &'static FlowSpec) -> Result<(usize, Held), StartError> {
        if core::ptr::eq(self.flow, flow) {
            let node = &flow.nodes[self.node];
            if node.each().is_some() {
                return Err(StartError::GivenFor {
                    flow: flow.name,
                    node: node.name,
                });
            }
            return Ok((self.node, Arc::clone(&self.value)));
        }
        Err(StartError::ForeignKey {
            flow: flow.name,
            node: self.flow.nodes[self.node].name,
            other: self.flow.name,
        })
    }
}

impl Default for Runner {
    fn default() -> Self {
        Self::new()
    }
}

impl Runner {
    /// Checkpoints in `results/` of the current directory, or where the environment variable `FLOW_STORE` says; as
    /// many workers as the machine has processors.
    pub fn new() -> Self {
        let store = std::env::var_os("FLOW_STORE").filter(|path| !path.is_empty());
        Self {
            root: Root::Local(store.map_or_else(|| PathBuf::from("results"), PathBuf::from)),
            ..Self::in_memory()
        }
    }

    /// Neither reads nor writes files: every body runs, every result stays in memory with the run. An
    /// [`OutputFile`](crate::OutputFile), which a body writes itself, is a temporary file.
    pub fn in_memory() -> Self {
        Self {
            root: Root::Memory,
            durability: Durability::default(),
            keep: KEPT,
            deaths: DEATHS,
            state_limit: DEFAULT_LIMIT,
            jobs: None,
            time: None,
            zone: None,
            force: Force::default(),
            given: Vec::new(),
            readers: Vec::new(),
            hooks: Vec::new(),
            limits: Vec::new(),
            fail_fast: false,
            switch: None,
            tokio: None,
        }
    }

    /// Checkpoints live in this directory; it is made when the first is written. The empty path is none: such a run
    /// does not start.
    pub fn store(mut self, root: impl AsRef<Path>) -> Self {
        self.root = Root::Local(root.as_ref().to_owned());
        self
    }

    /// Checkpoints live in any other store. Slices are recorded there too; other runs below the user's state directory
    /// (`FLOW_STATE`, else `XDG_STATE_HOME/flow`, else `~/.local/state/flow`), unless the store goes with the process.
    ///
    /// ```
    /// # use flow_runtime::{Runner, flow, task};
    /// use flow_runtime::store::{Blocking, MemoryStore};
    /// # #[task(target = "one.txt")]
    /// # fn one() -> u32 { 1 }
    /// # flow! { fn nightly() -> u32 { a = one(); a } }
    ///
    /// let memory = MemoryStore::new();
    /// let runner = Runner::new().store_in(Blocking::new(memory));
    /// runner.run(nightly())?;
    /// assert_eq!(runner.run(nightly())?.node_state(nightly::a).kind, flow_runtime::StateType::Cached);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn store_in(mut self, store: impl Store + 'static) -> Self {
        let state = store.name().and_then(|name| place::state_directory(&name));
        self.root = Root::Store(Arc::new(store), state);
        self
    }

    /// How safe what is recorded is to be; without this it survives the process.
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// How many finished runs of a flow stay recorded, with their results that have no target; 10 without this. Those that
    /// can go on stay in any case.
    pub fn keep(mut self, runs: usize) -> Self {
        self.keep = runs;
        self
    }

    /// After how many deaths of its process a node has failed; 3 without this, and never with 0.
    pub fn deaths(mut self, deaths: u32) -> Self {
        self.deaths = if deaths == 0 { u32::MAX } else { deaths };
        self
    }

    /// How many bytes the state that a slice answers may have; ten million without this, as Pub/Sub takes. Small results
    /// move to the store before that is an error.
    pub fn state_limit(mut self, bytes: usize) -> Self {
        self.state_limit = bytes;
        self
    }

    /// How many bytes the state that a slice answers may have.
    #[cfg(feature = "cli")]
    pub(crate) fn limit_of_states(&self) -> usize {
        self.state_limit
    }

    /// At most `jobs` plain bodies at a time; at least one. Async bodies are not counted: as many as are ready wait at a time,
    /// polled by at most `jobs` threads.
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = Some(jobs.max(1));
        self
    }

    pub(crate) fn workers(&self) -> usize {
        self.jobs.unwrap_or_else(processors)
    }

    /// The logical time: a [`Date`](jiff::civil::Date) (midnight in the zone), a [`Timestamp`](jiff::Timestamp), or a
    /// [`Zoned`](jiff::Zoned) with a zone of its own.
    pub fn date(mut self, time: impl Into<LogicalTime>) -> Self {
        self.time = Some(time.into());
        self
    }

    /// The zone of the logical time, by its IANA name; the flow's own without this.
    pub fn tz(mut self, zone: impl Into<String>) -> Self {
        self.zone = Some(zone.into());
        self
    }

    /// Runs every body, whatever targets are there.
    pub fn force(mut self) -> Self {
        self.force = Force::All;
        self
    }

    /// Runs the bodies of these nodes, by name, whatever targets are there.
    pub fn force_nodes(mut self, nodes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.force.add(nodes.into_iter().map(Into::into));
        self
    }

    /// Sets the result of a node, for tests and repair: its body does not run, and what depends on it takes `value`;
    /// of two values for one node the last counts. The node is a success before anything happens in the run: no hook is asked
    /// about it.
    ///
    /// ```
    /// # use flow_runtime::{Runner, flow, task};
    /// # #[task]
    /// # fn one() -> u32 { 1 }
    /// # #[task]
    /// # fn double(x: u32) -> u32 { 2 * x }
    /// # flow! { fn two() -> u32 { a = one(); b = double(a); b } }
    /// let run = Runner::in_memory().given(two::a, 21).run(two())?;
    /// assert_eq!(*run.output(), 42);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn given<Form, T: Shared>(self, key: impl AnyKey<Form, T>, value: T) -> Self {
        let key = key.any_key();
        self.given_erased(key.flow(), key.index(), Arc::new(value))
    }

    /// The same where only the command line knows the type.
    pub(crate) fn given_erased(mut self, flow: &'static FlowSpec, node: usize, value: Held) -> Self {
        // The last one counts: a node ends once.
        self.given
            .retain(|given| !core::ptr::eq(given.flow, flow) || given.node != node);
        self.given.push(GivenResult { flow, node, value });
        self
    }

    /// Asks `hook` about every change of state in the run, after the node's own hook: it lets the change pass, or makes it
    /// another one by a [`Signal`](crate::Signal). All hooks of a run are called one after the other, in one order.
    ///
    /// ```
    /// # use flow_runtime::{NodeInfo, Runner, Signal, State, flow, task};
    /// # #[task]
    /// # fn flaky() -> Result<u32, String> { Err("no luck".to_owned()) }
    /// let forgiving = |_: &NodeInfo<'_>, _: &State, new: &State| {
    ///     new.kind.is_failed().then(|| Signal::skip(format!("let it be: {}", new.message)))
    /// };
    /// let run = Runner::in_memory().on_state(forgiving).run_to_end(flow! { a = flaky(); })?;
    /// assert_eq!(run.nodes().next().unwrap().1.to_string(), "Skipped: let it be: no luck");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn on_state<A: HookAnswer>(
        mut self,
        hook: impl Fn(&NodeInfo<'_>, &State, &State) -> A + Send + Sync + 'static,
    ) -> Self {
        self.hooks
            .push(Arc::new(move |node, old, new| hook(node, old, new).answer()));
        self
    }

    /// At most this many nodes with the tag run at a time; at least one. A node with several tags takes all at once. The limit
    /// is each run's own: two runs at a time, of one runner, in one process or in two, have twice as many. A body that is past
    /// its `timeout` and still runs does not count: its node is not running any more.
    ///
    /// ```
    /// # use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
    /// use flow_runtime::{Runner, flow, task};
    ///
    /// # static RUNNING: AtomicU32 = AtomicU32::new(0);
    /// # static MOST: AtomicU32 = AtomicU32::new(0);
    /// #[task(tags = ["db"])]
    /// async fn query() -> u32 {
    /// #   MOST.fetch_max(RUNNING.fetch_add(1, SeqCst) + 1, SeqCst);
    ///     tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    /// #   RUNNING.fetch_sub(1, SeqCst);
    ///     1
    /// }
    ///
    /// let f = flow! {
    ///     a = query(); b = query(); c = query(); d = query();
    ///     #[node(tags = ["db", "slow"])] e = query();
    /// };
    /// Runner::in_memory().at_most("db", 2).at_most("slow", 1).run(f)?;
    /// # assert!(MOST.load(SeqCst) <= 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn at_most(mut self, tag: impl Into<String>, nodes: usize) -> Self {
        let tag = tag.into();
        self.limits.retain(|(limited, _)| *limited != tag);
        self.limits.push((tag, nodes.max(1)));
        self
    }

    /// The first node that fails ends the run: what has not started is Cancelled, what runs finishes. The run is Failed.
    ///
    /// ```
    /// # use flow_runtime::{Runner, flow, task};
    /// # #[task]
    /// # fn bad() -> Result<u32, String> { Err("no luck".to_owned()) }
    /// # #[task]
    /// # fn good() -> u32 { 1 }
    /// let f = flow! { a = bad(); b = good(); };
    /// let run = Runner::in_memory().jobs(1).fail_fast().run_to_end(f)?;
    /// assert_eq!(run.state().kind, flow_runtime::StateType::Failed);
    /// assert_eq!(run.node_state(f.b()).to_string(), "Cancelled: `a` is Failed, and the run fails fast");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fail_fast(mut self) -> Self {
        self.fail_fast = true;
        self
    }

    /// Stops the run when the switch does.
    #[cfg(feature = "cli")]
    pub(crate) fn stopped_by(mut self, switch: &Switch) -> Self {
        self.switch = Some(switch.clone());
        self
    }

    /// Has async bodies run on this runtime, and resources dropped inside it.
    #[cfg(feature = "cli")]
    pub(crate) fn inside(mut self, tokio: Option<tokio::runtime::Handle>) -> Self {
        self.tokio = tokio;
        self
    }

    /// Tells `reader` what happens.
    pub fn reader(mut self, reader: impl Reader + 'static) -> Self {
        self.readers.push(Arc::new(Mutex::new(reader)));
        self
    }

    /// Runs a flow: blocks until it has ended, also inside an async runtime. It is a new run, also where an earlier one has
    /// the same parameters; a [restored](Restored) one goes on.
    ///
    /// # Errors
    ///
    /// Unless the run is a success; the error owns the run.
    pub fn run<S: Start>(&self, flow: S) -> Result<Run<S::Flow>, RunError<S::Flow>> {
        wait(Run::of(self.drive(flow, &Drive::RUN)?)).successful()
    }

    /// Runs a flow and gives the run whatever its state, and whether or not its output can be read.
    ///
    /// # Errors
    ///
    /// If it cannot start.
    pub fn run_to_end<S: Start>(&self, flow: S) -> Result<Run<S::Flow>, StartError> {
        Ok(wait(Run::of(self.drive(flow, &Drive::RUN)?)).run)
    }

    /// Runs a flow, its async bodies on the caller's tokio runtime.
    ///
    /// Dropped before its end, the run starts nothing more, and async bodies that run are dropped where they wait; a
    /// plain body that runs goes on to its end.
    ///
    /// # Errors
    ///
    /// Unless the run is a success; the error owns the run.
    pub async fn run_async<S: Start>(&self, flow: S) -> Result<Run<S::Flow>, RunError<S::Flow>> {
        let spec = flow.spec();
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(StartError::NoRuntime { flow: spec.name }.into());
        }
        let core = self.ready(flow, &Drive::RUN)?;
        drive_async(&core, self.workers())
            .await
            .map_err(|source| StartError::Threads {
                flow: spec.name,
                source,
            })?;
        Run::of(core).await.successful()
    }

    /// Starts a flow in the background; the [`Handle`] waits for it, or cancels it.
    ///
    /// ```
    /// # use flow_runtime::{Runner, flow, task};
    /// # #[task]
    /// # fn one() -> u32 { 1 }
    /// let handle = Runner::in_memory().start(flow! { a = one(); a })?;
    /// // … something else …
    /// assert_eq!(*handle.wait()?.output(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it cannot start.
    pub fn start<S: Start>(&self, flow: S) -> Result<Handle<S::Flow>, StartError> {
        let spec = flow.spec();
        let core = self.ready(flow, &Drive::RUN)?;
        let thread = drive_apart(&core, self.workers()).map_err(|source| StartError::Threads {
            flow: spec.name,
            source,
        })?;
        Ok(Handle::new(core, thread))
    }

    /// Goes on with a run: what has succeeded stays, what is Pending or Paused goes on, and unless the run is a success, what
    /// failed or was cancelled is tried anew, with fresh attempts.
    ///
    /// ```no_run
    /// # use flow_runtime::{Runner, flow, task};
    /// # #[task]
    /// # fn one() -> u32 { 1 }
    /// # flow! { fn nightly() -> u32 { a = one(); a } }
    /// let runner = Runner::new().store("/var/lib/nightly");
    /// let state = runner.recorded("latest")?;
    /// let run = runner.resume(nightly::restore(state)?)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Unless the run is a success then; the error owns the run.
    pub fn resume<F: Flow>(&self, run: Restored<F>) -> Result<Run<F>, RunError<F>> {
        wait(Run::of(self.drive(run, &Drive::RESUME)?)).successful()
    }

    /// Runs a part of a flow, as much as the budget allows: a new run (`nightly(day)`), or one that goes on from the state
    /// that the slice before has answered (`nightly::restore(state)?`). Whatever node has finished when the process dies
    /// is not run again by the slice that is given the same state once more.
    ///
    /// ```
    /// use flow_runtime::{Budget, Runner, Slice, flow, task};
    ///
    /// #[task]
    /// fn one() -> u32 { 1 }
    ///
    /// #[task]
    /// fn double(x: u32) -> u32 { 2 * x }
    ///
    /// flow! { fn two() -> u32 { a = one(); b = double(a); b } }
    ///
    /// let runner = Runner::in_memory();
    /// let Slice::CallAgain { state, .. } = runner.slice(two(), Budget::tasks(1))? else { unreachable!() };
    /// let Slice::Finished(run) = runner.slice(two::restore(state)?, Budget::tasks(1))? else { unreachable!() };
    /// assert_eq!(*run.output(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it cannot start, cannot be recorded, or its state is too large.
    pub fn slice<S: Start>(&self, flow: S, budget: Budget) -> Result<Slice<S::Flow>, SliceError> {
        let ended = wait(Run::of(self.drive(flow, &Drive::slice(budget))?));
        if let Some(unrecorded) = ended.run.unrecorded() {
            return Err(SliceError::NotRecorded(unrecorded.clone()));
        }
        if ended.run.state().kind.is_finished() {
            return Ok(Slice::Finished(ended.run));
        }
        Ok(Slice::CallAgain {
            state: ended.run.run_state_within(self.state_limit)?,
            not_before: ended.run.not_before(),
        })
    }

    /// The state of a recorded run, whoever drives it: by its id or the start of it, or of the `latest` one. What runs in another
    /// process is Running. In a store that keeps runs itself nobody can tell whether a process lives: there, what has begun and
    /// not ended is Running.
    ///
    /// # Errors
    ///
    /// If there is no such run, or its journal cannot be read.
    pub fn recorded(&self, run: &str) -> Result<RunState, RunsError> {
        let local = || {
            let runs = self.runs().ok_or(RunsError::None)?;
            Ok(runs.look(&runs.find(run)?)?.state)
        };
        let Some(stored) = self.stored_runs() else {
            return local();
        };
        match (stored.whole_id(run), local()) {
            // Of the latest ones the newer run counts, of the same run the newer word.
            (Ok(id), Ok(state)) if state.run_id() > Some(&id) => Ok(state),
            (Ok(id), found) => {
                let kept = stored.read(&id)?.driven();
                let is_newer = |state: &RunState| state.run_id() == Some(&id) && state.slice() > kept.slice();
                Ok(found.ok().filter(is_newer).unwrap_or(kept))
            }
            (Err(RunsError::Unknown { .. } | RunsError::None), found) => found,
            (Err(error), _) => Err(error),
        }
    }
}

impl core::fmt::Debug for Runner {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Runner")
            .field("store", &self.root())
            .field("jobs", &self.workers())
            .finish_non_exhaustive()
    }
}
