//! Everything a run shares between its workers.

mod accounts;
mod build;
mod ending;
mod info;

use core::any::Any;
use std::borrow::Cow;

use core::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicUsize, Ordering};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::checkpoint::Outputs;
use crate::contained::dispose;
use crate::event::{Event, Readers};
use crate::failure::{Cause, NodeFailure};
use crate::plan::{self, Decision, Tries, UpstreamState};
use crate::resource::Resources;
use crate::slot::{Held, Slot};
use crate::spec::{BranchPart, FlowSpec, NodeSpec};
use crate::state::{NodeState, RecordedChildren, State, StateType, one_more};
use crate::store::wait;

pub(crate) use self::accounts::Accounts;
pub(super) use self::build::is_bare;
pub(crate) use self::info::Info;
use super::branches::Branches;
use super::carried::Carried;
use super::control::Control;
use super::countdown::Countdown;
use super::due::Due;
use super::family::{Families, Throttle, progress_of};
use super::graph::Graph;
use super::hooks::{Hooks, RunHook};
use super::keeper::{self, Keeper};
use super::kept::Kept;
use super::limits::Limits;
use super::paths::Frame;
use super::purse::Purse;
use super::recorder::Recorder;
use super::story::Story;
use super::suspects::Suspects;
use super::watch::Watch;

/// What is told of a node whose result was set by hand.
pub(crate) const GIVEN: &str = "its result was given";

/// Whether so many deaths of their process are more than a node may have.
fn has_died_out(deaths: u32, most: u32) -> bool {
    deaths > 0 && deaths >= most
}

/// What a run starts from.
pub(crate) struct Settings {
    pub(crate) spec: &'static FlowSpec,
    pub(crate) params: Box<dyn Any + Send + Sync>,
    pub(crate) info: Info,
    pub(crate) keeper: Option<Keeper>,
    pub(crate) readers: Option<Readers>,
    /// Results set by hand, by node.
    pub(crate) given: Vec<(usize, Held)>,
    /// What the run goes on from, by node; nothing for one that begins.
    pub(crate) restored: Vec<Option<NodeState>>,
    /// The children of every `for` that has some in an earlier process.
    pub(crate) children: HashMap<usize, RecordedChildren>,
    /// Hooks of the whole run.
    pub(crate) hooks: Vec<RunHook>,
    /// How many nodes of a tag run at a time.
    pub(crate) limits: Vec<(String, usize)>,
    /// What this slice of the run may use.
    pub(crate) purse: Option<Purse>,
    /// Writes down what happens.
    pub(crate) recorder: Option<Recorder>,
    /// What is to be said of how it starts.
    pub(crate) remarks: Vec<String>,
    /// Whether it is published when it has ended or stopped.
    pub(crate) is_published: bool,
    /// After so many deaths of its process a node has failed.
    pub(crate) most_deaths: u32,
    /// Whether the first failure ends the run.
    pub(crate) fail_fast: bool,
}

/// An upstream result that is held for the time of an attempt.
pub(crate) struct Hold {
    pub(crate) node: usize,
    pub(crate) value: Held,
}

/// The results of the children of a `for`, held for the time of an attempt.
pub(crate) struct HeldChildren {
    pub(crate) node: usize,
    /// By the child's place; `None` where it has none, or memory has it as long as the run.
    pub(crate) values: Vec<Option<Held>>,
}

/// A run.
pub(crate) struct Core {
    pub(crate) spec: &'static FlowSpec,
    pub(crate) params: Box<dyn Any + Send + Sync>,
    pub(crate) resources: Resources,
    pub(crate) info: Info,
    pub(crate) keeper: Option<Keeper>,
    /// The files that bodies write themselves.
    pub(crate) outputs: Outputs,
    pub(crate) readers: Option<Readers>,
    pub(super) graph: Graph,
    /// Which arm every `if` and `match` has chosen.
    pub(crate) branches: Branches,
    /// The children of every `for`.
    pub(crate) families: Families,
    /// What is known of children of earlier processes, of every `for` that has not been opened yet.
    pub(super) recorded: Mutex<HashMap<usize, RecordedChildren>>,
    // Apart from the cells: a node's end walks over these for all its neighbours, and close together they are near.
    waiting: Countdown,
    /// For each node, a [`StateType`].
    states: Box<[AtomicU8]>,
    /// For each node, the place of its result.
    slots: Box<[Box<dyn Slot>]>,
    cells: Box<[Cell]>,
    accounts: Accounts,
    /// The nodes whose results were set by hand.
    given: Box<[usize]>,
    /// How many nodes can still go on in this run and have not ended, with the bare ones that have ended and are not counted yet.
    left: Left,
    pub(super) hooks: Hooks,
    pub(super) limits: Option<Limits>,
    pub(super) suspects: Option<Suspects>,
    pub(crate) purse: Option<Purse>,
    /// Watches timeouts; `None` where there are none.
    pub(super) watch: Option<Watch>,
    pub(crate) recorder: Option<Recorder>,
    remarks: Vec<String>,
    pub(super) carried: Carried,
    most_deaths: u32,
    /// Whether it is in memory, and nobody reads, limits, records or divides it: then no more depends on the order in which what is
    /// ready starts than on how many workers there are.
    pub(super) is_plain: bool,
    pub(super) control: Control,
    /// When the run started; unset where nobody asks for times.
    clock: Option<Instant>,
}

/// A count that all threads change, in lines of the processor's cache of its own: every step reads what would stand beside
/// it.
#[repr(align(128))]
struct Left(AtomicUsize);

/// A node of the flow.
struct Cell {
    live: Live,
    traits: Traits,
}

/// What changes of a node as the run goes on, beyond its state.
#[derive(Debug)]
pub(crate) struct Live {
    /// Who may still read the result: the nodes that take it, and the node itself until it has finished.
    pub(super) readers: AtomicU32,
    /// How many of its attempts have started their body, but for one of a bare body that has returned; see [`Core::attempts`].
    pub(super) attempts: AtomicU32,
    /// Whether an upstream has finished without a value.
    pub(super) hindered: AtomicBool,
    /// Whether it cannot go on in this run, itself or for an upstream.
    pub(super) rests: AtomicBool,
}

/// What is fixed of a node before the run, and of all children of a `for` before the first.
#[derive(Debug, Clone, Copy)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "answers that are fixed before the run, each to one question"
)]
pub(crate) struct Traits {
    /// Whether nothing bears on how it runs but its upstream; see [`bare`](super::bare).
    pub(super) bare: bool,
    /// Whether the result stays in memory as long as the run.
    pub(super) keeps: bool,
    /// Whether it is read by reference: what a hook may still take away is not.
    pub(super) by_reference: bool,
    /// Whether a result that this node reads may have to be held or loaded.
    pub(super) holds: bool,
    /// Whether hooks are asked about it.
    pub(super) hooked: bool,
    /// Whether it runs where every upstream has a value.
    pub(super) follows_success: bool,
    /// Whether its attempts cost nothing of a budget.
    pub(super) unpaid: bool,
    /// Whether the end of this node can free a result.
    pub(super) frees: bool,
}

impl Live {
    /// Of a node whose result so many may read.
    pub(super) fn new(readers: u32) -> Self {
        Self {
            readers: AtomicU32::new(readers),
            attempts: AtomicU32::new(0),
            hindered: AtomicBool::new(false),
            rests: AtomicBool::new(false),
        }
    }

    /// Takes what the node has been through in earlier processes.
    pub(super) fn restore(&mut self, state: &NodeState) {
        *self.attempts.get_mut() = state.tries.attempts;
        if state.state.kind.is_finished() {
            // Its own end reads its result no more.
            *self.readers.get_mut() -= 1;
        }
    }
}

/// What is to be told of a finished node, beyond its state's type.
#[derive(Debug, Default)]
pub(crate) struct Detail {
    pub(crate) message: String,
    pub(crate) failure: Option<Arc<NodeFailure>>,
    pub(crate) kept: Option<Kept>,
    pub(crate) took: Duration,
    /// When it ended; unset where nobody asks for times.
    pub(crate) ended: Option<Timestamp>,
}

impl Detail {
    /// Of a node that failed without an attempt.
    pub(super) fn failed(core: &Core, node: usize, cause: Cause) -> Self {
        let failure = NodeFailure::new(core, node, cause);
        Self {
            message: failure.summary(),
            failure: Some(Arc::new(failure)),
            ..Self::default()
        }
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        // Parameters are the author's, and so is their `Drop`.
        dispose(core::mem::replace(&mut self.params, Box::new(())));
    }
}

impl Core {
    /// Tells that the run starts, once nothing can keep it from that; nodes whose results were given end here.
    pub(crate) fn begin(&self) {
        if let Some(readers) = &self.readers {
            readers.tell(&Event::RunStarted {
                flow: self.spec,
                id: &self.info.id,
                time: &self.info.time,
                store: self.keeper.as_ref().map(Keeper::root),
                finished: self.len() - self.left.0.load(Ordering::Relaxed),
                notes: &self.remarks,
            });
        }
        self.fail_fast_of_old();
        for &node in &self.given {
            let detail = Detail {
                message: GIVEN.to_owned(),
                kept: Some(wait(keeper::given(self, node))),
                ..Detail::default()
            };
            // What this makes ready is found among the roots.
            self.finish(node, StateType::Success, Some(detail), &mut Vec::new());
        }
    }

    /// Tells that the run has ended in `state`.
    pub(crate) fn conclude(&self, state: &State) {
        if let (Some(readers), Some(clock)) = (&self.readers, self.clock) {
            readers.tell(&Event::RunEnded {
                id: &self.info.id,
                state,
                took: clock.elapsed(),
            });
        }
    }

    /// What a run is rendered from.
    pub(crate) fn frame(&self) -> Frame<'_> {
        Frame {
            spec: self.spec,
            params: &*self.params,
            info: &self.info,
            families: Some(&self.families),
            branches: &self.branches,
        }
    }

    /// How many nodes the flow has, without the children of a `for`.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// What the node is: of a child, what its `for` is, and of an `if` or `match`, the arm that it has chosen.
    pub(crate) fn node(&self, node: usize) -> &'static NodeSpec {
        match self.spec.nodes.get(node) {
            Some(spec) => self.branches.node(node, spec),
            None => self.families.node(node),
        }
    }

    /// Whether the time of this slice is over.
    pub(in crate::executor) fn is_late(&self) -> bool {
        let purse = self.purse.as_ref();
        purse.is_some_and(|purse| purse.is_late(Instant::now()))
    }

    /// The name by which a node is told from all others of the run.
    pub(crate) fn slug(&self, node: usize) -> Cow<'static, str> {
        if let Some(spec) = self.spec.nodes.get(node) {
            return Cow::Borrowed(spec.name);
        }
        let family = self.families.of(node);
        let name = self.spec.nodes[family.node].name;
        Cow::Owned(format!("{name}{}", family.label(family.index(node))))
    }

    /// What limits how many children of the same `for` run beside this one.
    pub(super) fn throttle(&self, node: usize) -> Option<&Throttle> {
        let (family, _) = self.families.child(node)?;
        family.throttle.as_ref()
    }

    pub(super) fn live(&self, node: usize) -> &Live {
        match self.cells.get(node) {
            Some(cell) => &cell.live,
            None => self.families.of(node).live(node),
        }
    }

    pub(super) fn traits(&self, node: usize) -> &Traits {
        match self.cells.get(node) {
            Some(cell) => &cell.traits,
            None => &self.families.of(node).traits,
        }
    }

    /// What there is to tell of a node, and under which number.
    pub(super) fn accounts(&self, node: usize) -> (&Accounts, usize) {
        if node < self.cells.len() {
            return (&self.accounts, node);
        }
        let family = self.families.of(node);
        (&family.accounts, family.index(node))
    }

    pub(crate) fn slot(&self, node: usize) -> &dyn Slot {
        match self.slots.get(node) {
            Some(slot) => &**slot,
            None => self.families.of(node).slot(node),
        }
    }

    /// Whether a result is put where it is read by reference.
    pub(crate) fn by_reference(&self, node: usize) -> bool {
        self.traits(node).by_reference
    }

    pub(crate) fn is_hooked(&self, node: usize) -> bool {
        self.traits(node).hooked
    }

    /// What the node has been through, if there is anything.
    pub(crate) fn story(&self, node: usize) -> Option<MutexGuard<'_, Story>> {
        let (accounts, node) = self.accounts(node);
        accounts.story(node)
    }

    /// The same, made if there is none.
    pub(crate) fn tell(&self, node: usize) -> MutexGuard<'_, Story> {
        let (accounts, node) = self.accounts(node);
        accounts.tell(node)
    }

    /// The attempts of a node so far.
    pub(crate) fn tries(&self, node: usize) -> Tries {
        Tries {
            attempts: self.attempts(node),
            retries: self.story(node).map_or(0, |story| story.retries),
        }
    }

    /// Whether a node that is ready is to run as it is: it was bare when the run began, and still nothing bears on it.
    pub(super) fn is_bare(&self, node: usize) -> bool {
        let (accounts, place) = self.accounts(node);
        self.traits(node).bare
            && !self.live(node).hindered.load(Ordering::Acquire)
            && !accounts.has_story(place)
    }

    /// How many attempts of a node have started their body.
    pub(crate) fn attempts(&self, node: usize) -> u32 {
        // What a bare body has returned is not counted where all threads would write side by side: there is nothing else to tell.
        let returned =
            self.kind(node) == StateType::Success && self.is_bare(node) && self.detail(node).is_none();
        let counted = self.live(node).attempts.load(Ordering::Relaxed);
        if returned { one_more(counted) } else { counted }
    }

    /// Notes that a body starts, as this attempt of its node.
    pub(crate) fn count(&self, node: usize, attempt: u32) {
        self.live(node).attempts.store(attempt, Ordering::Relaxed);
    }

    /// Whether the attempts of a node cost nothing of a budget: who needs its result must run in the same slice, for only
    /// memory has it, and were each to cost one there would be no end of it.
    pub(crate) fn is_unpaid(&self, node: usize) -> bool {
        // Of an `if` or `match` that is so of some arms.
        self.traits(node).unpaid && self.node(node).codec().is_none()
    }

    /// Whether the node's process has died in it too often for another attempt.
    pub(crate) fn is_deadly(&self, node: usize) -> bool {
        let deaths = self.story(node).map_or(0, |story| story.deaths);
        has_died_out(deaths, self.most_deaths)
    }

    /// When the node may go on, if it waits for its time.
    pub(super) fn not_before(&self, node: usize) -> Option<Due> {
        self.story(node)?.not_before
    }

    /// Whether it is noted when nodes start and end.
    pub(crate) fn is_timed(&self) -> bool {
        self.clock.is_some()
    }

    pub(crate) fn holds(&self, node: usize) -> bool {
        self.traits(node).holds
    }

    pub(crate) fn kind(&self, node: usize) -> StateType {
        match self.states.get(node) {
            Some(state) => StateType::from_u8(state.load(Ordering::Acquire)),
            None => self.families.of(node).kind(node),
        }
    }

    pub(super) fn set_kind(&self, node: usize, kind: StateType) {
        match self.states.get(node) {
            Some(state) => state.store(kind as u8, Ordering::Release),
            None => self.families.of(node).set_kind(node, kind),
        }
    }

    pub(crate) fn detail(&self, node: usize) -> Option<&Detail> {
        let (accounts, node) = self.accounts(node);
        accounts.detail(node)
    }

    pub(crate) fn state(&self, node: usize) -> State {
        let kind = self.kind(node);
        let message = match self.detail(node) {
            Some(detail) => detail.message.clone(),
            None if kind.is_pending() => match self.families.get(node) {
                Some(family) => progress_of(family),
                None => self
                    .story(node)
                    .map_or_else(String::new, |story| story.message.clone()),
            },
            None => String::new(),
        };
        State::new(kind, message)
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.left.0.load(Ordering::Acquire) == 0
    }

    /// The nodes that wait for nothing and have not finished; those that were attempted and wait for no time come last, lest one
    /// that pauses again and again uses up what every slice may.
    pub(crate) fn roots(&self) -> Vec<u32> {
        let ready = |node: &usize| self.waiting.is_ready(*node) && self.kind(*node).is_pending();
        let mut roots: Vec<u32> = (0..self.cells.len())
            .filter(ready)
            .map(super::graph::as_u32)
            .collect();
        roots.sort_by_key(|&node| match self.not_before(node as usize) {
            None => self.attempts(node as usize),
            Some(_) => 0,
        });
        roots
    }

    /// Decides a node whose upstream has finished.
    pub(crate) fn decide(&self, node: usize) -> Decision {
        if self.traits(node).follows_success && !self.live(node).hindered.load(Ordering::Acquire) {
            // Upstream that has a value is as none; it need not be walked over again.
            return Decision::Run;
        }
        let spec = self.node(node);
        let upstream: Vec<UpstreamState> = self
            .upstream(node)
            .map(|(edge, upstream)| {
                let state = UpstreamState::new(self.node(upstream).name, self.seen(node, upstream));
                state.tolerated(spec.tolerance(edge.node))
            })
            .collect();
        match spec.overrides.branch {
            Some(BranchPart::Choice(_)) => plan::decide_choice(spec.rules(), &upstream),
            _ => plan::decide(spec.rules(), &upstream),
        }
    }

    /// Notes that an attempt starts; which one it is.
    pub(crate) fn start(&self, node: usize) -> u32 {
        if let Some(mut story) = self.story(node) {
            story.not_before = None;
        }
        if let Some(readers) = &self.readers {
            self.set_kind(node, StateType::Running);
            readers.started(self, node);
        }
        self.next_attempt(node)
    }

    /// Notes that the body of a node starts: what it has waited for is over.
    pub(crate) fn waits_no_more(&self, node: usize) {
        if let Some(mut story) = self.story(node)
            && story.past.is_empty()
        {
            // Of one that is repeated it says why.
            story.message.clear();
        }
    }

    /// Which attempt of a node that has not ended comes next.
    pub(crate) fn next_attempt(&self, node: usize) -> u32 {
        one_more(self.live(node).attempts.load(Ordering::Relaxed))
    }

    /// What a node's end blocks: every node behind it that ended as `kind` for it.
    pub(crate) fn blocked_by(&self, node: usize, kind: StateType) -> Vec<&'static str> {
        // What a child blocks is told by their names in the flow.
        let node = self.families.child(node).map_or(node, |(family, _)| family.node);
        let mut seen = vec![false; self.cells.len()];
        let mut open = vec![node];
        while let Some(next) = open.pop() {
            for &dependent in self.graph.dependents(next) {
                let dependent = dependent as usize;
                if !seen[dependent] && self.kind(dependent) == kind {
                    seen[dependent] = true;
                    open.push(dependent);
                }
            }
        }
        (0..seen.len())
            .filter(|&node| seen[node])
            .map(|node| self.node(node).name)
            .collect()
    }

    /// The nodes whose bodies run, by name; known where somebody watches.
    #[cfg(feature = "cli")]
    pub(crate) fn running(&self) -> Vec<&'static str> {
        let nodes = self.spec.nodes.iter().enumerate();
        nodes
            .filter(|(node, _)| self.kind(*node) == StateType::Running)
            .map(|(_, spec)| spec.name)
            .collect()
    }

    /// The state of the run.
    pub(crate) fn conclusion(&self) -> StateType {
        let reference = || plan::reference_nodes(self.spec.nodes, self.spec.tail);
        plan::conclude(
            (0..self.cells.len()).map(|node| self.kind(node)),
            core::iter::once_with(reference)
                .flatten()
                .map(|node| self.kind(node)),
            self.control.fail_fast,
        )
    }
}
