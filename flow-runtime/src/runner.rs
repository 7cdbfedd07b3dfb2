//! Options of a run, and what starts one.

use core::any::Any;
use core::str::FromStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::civil::Date;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::{Disambiguation, TimeZone};
use jiff::{Timestamp, Zoned};

use crate::error::{RunError, StartError};
use crate::event::{Reader, Readers, SharedReader};
use crate::executor::{Core, Force, Info, Keeper, RunHook, Settings, drive, drive_async};
use crate::flow::{Flow, Start};
use crate::handle::{Handle, Switch};
use crate::hook::{HookAnswer, NodeInfo};
use crate::key::AnyKey;
use crate::run::Run;
use crate::run_id::RunId;
use crate::slot::Held;
use crate::spec::FlowSpec;
use crate::state::State;
use crate::store::wait;
use crate::task::Shared;

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
    /// `None`: in memory.
    store: Option<PathBuf>,
    jobs: usize,
    time: Option<LogicalTime>,
    zone: Option<String>,
    force: Force,
    given: Vec<GivenResult>,
    readers: Vec<SharedReader>,
    hooks: Vec<RunHook>,
    limits: Vec<(String, usize)>,
    fail_fast: bool,
    switch: Option<Switch>,
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
            store: Some(store.map_or_else(|| PathBuf::from("results"), PathBuf::from)),
            ..Self::in_memory()
        }
    }

    /// Neither reads nor writes files: every body runs, every result stays in memory with the run.
    pub fn in_memory() -> Self {
        Self {
            store: None,
            jobs: std::thread::available_parallelism().map_or(1, usize::from),
            time: None,
            zone: None,
            force: Force::default(),
            given: Vec::new(),
            readers: Vec::new(),
            hooks: Vec::new(),
            limits: Vec::new(),
            fail_fast: false,
            switch: None,
        }
    }

    /// Checkpoints live in this directory; it is made when the first is written. The empty path is none: such a run
    /// does not start.
    pub fn store(mut self, root: impl AsRef<Path>) -> Self {
        self.store = Some(root.as_ref().to_owned());
        self
    }

    /// At most `jobs` plain bodies at a time; at least one. Async bodies are not counted.
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = jobs.max(1);
        self
    }

    /// The logical time: a [`Date`] (midnight in the zone), a [`Timestamp`], or a [`Zoned`] with a zone of its own.
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
    /// of two values for one node the last counts.
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
    pub fn given<Form, T: Shared>(mut self, key: impl AnyKey<Form, T>, value: T) -> Self {
        let key = key.any_key();
        // The last one counts: a node ends once.
        self.given
            .retain(|given| !core::ptr::eq(given.flow, key.flow()) || given.node != key.index());
        self.given.push(GivenResult {
            flow: key.flow(),
            node: key.index(),
            value: Arc::new(value),
        });
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

    /// At most this many nodes with the tag run at a time; at least one. A node with several tags takes all at once.
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

    /// The first node that fails ends the run: what has not started is Cancelled, what runs finishes.
    ///
    /// ```
    /// # use flow_runtime::{Runner, flow, task};
    /// # #[task]
    /// # fn bad() -> Result<u32, String> { Err("no luck".to_owned()) }
    /// # #[task]
    /// # fn good() -> u32 { 1 }
    /// let f = flow! { a = bad(); b = good(); };
    /// let run = Runner::in_memory().jobs(1).fail_fast().run_to_end(f)?;
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

    /// Tells `reader` what happens.
    pub fn reader(mut self, reader: impl Reader + 'static) -> Self {
        self.readers.push(Arc::new(Mutex::new(reader)));
        self
    }

    /// Runs a flow: blocks until it has ended, also inside an async runtime.
    ///
    /// # Errors
    ///
    /// Unless the run is a success; the error owns the run.
    pub fn run<S: Start>(&self, flow: S) -> Result<Run<S::Flow>, RunError<S::Flow>> {
        successful(wait(Run::new(self.drive(flow)?)))
    }

    /// Runs a flow and gives the run whatever its state, and whether or not its output can be read.
    ///
    /// # Errors
    ///
    /// If it cannot start.
    pub fn run_to_end<S: Start>(&self, flow: S) -> Result<Run<S::Flow>, StartError> {
        Ok(wait(Run::new(self.drive(flow)?)).0)
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
        let core = self.prepare(spec, Box::new(flow.params()))?;
        drive_async(&core, self.jobs)
            .await
            .map_err(|source| StartError::Threads {
                flow: spec.name,
                source,
            })?;
        successful(Run::new(core).await)
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
        let core = self.prepare(spec, Box::new(flow.params()))?;
        let (driven, jobs) = (Arc::clone(&core), self.jobs);
        let thread = std::thread::Builder::new()
            .name("flow-run".to_owned())
            .spawn(move || drive(&driven, jobs))
            .map_err(|source| StartError::Threads {
                flow: spec.name,
                source,
            })?;
        Ok(Handle::new(core, thread))
    }

    fn drive<S: Start>(&self, flow: S) -> Result<Arc<Core>, StartError> {
        let spec = flow.spec();
        let core = self.prepare(spec, Box::new(flow.params()))?;
        drive(&core, self.jobs).map_err(|source| StartError::Threads {
            flow: spec.name,
            source,
        })?;
        Ok(core)
    }

    fn prepare(
        &self,
        spec: &'static FlowSpec,
        params: Box<dyn Any + Send + Sync>,
    ) -> Result<Arc<Core>, StartError> {
        self.force.check(spec)?;
        if self
            .store
            .as_ref()
            .is_some_and(|root| root.as_os_str().is_empty())
        {
            return Err(StartError::NoStore { flow: spec.name });
        }
        let now = Timestamp::now();
        let info = Info {
            id: RunId::now(now),
            time: self.logical_time(spec, now)?,
        };
        let given = self
            .given
            .iter()
            .map(|given| given.of(spec))
            .collect::<Result<_, _>>()?;
        let keeper = self
            .store
            .as_ref()
            .map(|root| Keeper::new(spec, root, &info, self.force.clone(), &*params));
        let readers = Readers::new(&self.readers);
        let core = Arc::new(Core::new(Settings {
            spec,
            params,
            info,
            keeper,
            readers,
            given,
            hooks: self.hooks.clone(),
            limits: self.limits.clone(),
            fail_fast: self.fail_fast,
        }));
        if let Some(switch) = &self.switch {
            switch.add(&core);
        }
        Ok(core)
    }

    fn logical_time(&self, spec: &'static FlowSpec, now: Timestamp) -> Result<Zoned, StartError> {
        let zone = |name: &str| {
            TimeZone::get(name).map_err(|source| StartError::Zone {
                flow: spec.name,
                zone: name.to_owned(),
                source,
            })
        };
        let asked = self.zone.as_deref();
        let zone_name = asked.unwrap_or(spec.zone);
        match &self.time {
            None => Ok(now.to_zoned(zone(zone_name)?)),
            Some(LogicalTime::Instant(instant)) => Ok(instant.to_zoned(zone(zone_name)?)),
            Some(LogicalTime::Zoned(time)) => match asked {
                Some(name) => Ok(time.with_time_zone(zone(name)?)),
                None => Ok(time.clone()),
            },
            Some(LogicalTime::Date(date)) => {
                midnight(*date, &zone(zone_name)?).map_err(|source| StartError::Time {
                    flow: spec.name,
                    source,
                })
            }
        }
    }
}

/// Midnight, or the first instant of a day whose midnight a clock change skips.
fn midnight(date: Date, zone: &TimeZone) -> Result<Zoned, jiff::Error> {
    let at = zone.to_ambiguous_zoned(date.into());
    let time = at.clone().compatible()?;
    // A zone that crossed the date line has days without any instant: the next day's would be taken for them.
    if time.date() == date {
        Ok(time)
    } else {
        at.unambiguous()
    }
}

impl core::fmt::Debug for Runner {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Runner")
            .field("store", &self.store)
            .field("jobs", &self.jobs)
            .finish_non_exhaustive()
    }
}

/// A logical time as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogicalTime {
    /// Midnight of this day in the run's zone.
    Date(Date),
    /// This instant in the run's zone.
    Instant(Timestamp),
    /// This instant in a zone of its own.
    Zoned(Zoned),
}

impl From<Date> for LogicalTime {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

impl From<Timestamp> for LogicalTime {
    fn from(instant: Timestamp) -> Self {
        Self::Instant(instant)
    }
}

impl From<Zoned> for LogicalTime {
    fn from(time: Zoned) -> Self {
        Self::Zoned(time)
    }
}

impl FromStr for LogicalTime {
    type Err = jiff::Error;

    /// A date such as `2026-11-23`, an RFC 3339 time such as `2026-11-23T09:00:00Z`, or a time with a zone of its own
    /// such as `2026-11-23T09:00[Europe/Berlin]`.
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        if text.contains('[') {
            // A time that its zone skips, or has twice, is none until it has an offset.
            let parser = DateTimeParser::new().disambiguation(Disambiguation::Reject);
            return parser.parse_zoned(text).map(Self::Zoned);
        }
        // A time without offset would parse as a date too, and its hours would be lost in silence.
        if text.contains(['T', 't', ' ', ':']) {
            text.parse().map(Self::Instant)
        } else {
            text.parse().map(Self::Date)
        }
    }
}

pub(crate) fn successful<F: Flow>(
    (run, output): (Run<F>, Result<(), crate::ResultError>),
) -> Result<Run<F>, RunError<F>> {
    if run.state().kind != crate::StateType::Success {
        return Err(RunError::NotSuccessful(Box::new(run)));
    }
    match output {
        Ok(()) => Ok(run),
        Err(error) => Err(RunError::Output(Box::new(run), error)),
    }
}
