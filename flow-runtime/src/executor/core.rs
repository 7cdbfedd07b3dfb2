//! Everything a run shares between its workers.

use core::any::Any;
use core::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use jiff::{Timestamp, Zoned};

use crate::event::{Event, Readers};
use crate::failure::NodeFailure;
use crate::plan::{self, Decision, Tries, Trigger, UpstreamState};
use crate::run_id::RunId;
use crate::slot::{Held, Slot};
use crate::spec::{EdgeKind, FlowSpec, NodeSpec};
use crate::state::{State, StateType};

use super::control::Control;
use super::countdown::Countdown;
use super::graph::Graph;
use super::hooks::{Hooks, RunHook};
use super::keeper::{self, Keeper};
use super::kept::Kept;
use super::limits::Limits;
use super::story::Story;

/// What identifies a run.
#[derive(Debug)]
pub(crate) struct Info {
    pub(crate) id: RunId,
    pub(crate) time: Zoned,
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
    /// Hooks of the whole run.
    pub(crate) hooks: Vec<RunHook>,
    /// How many nodes of a tag run at a time.
    pub(crate) limits: Vec<(String, usize)>,
    /// Whether the first failure ends the run.
    pub(crate) fail_fast: bool,
}

/// An upstream result that is held for the time of an attempt.
pub(crate) struct Hold {
    pub(crate) node: usize,
    pub(crate) value: Held,
}

/// A run.
pub(crate) struct Core {
    pub(crate) spec: &'static FlowSpec,
    pub(crate) params: Box<dyn Any + Send + Sync>,
    pub(crate) info: Info,
    pub(crate) keeper: Option<Keeper>,
    pub(crate) readers: Option<Readers>,
    graph: Graph,
    // Apart from the cells: a node's end walks over these for all its neighbours, and close together they are near.
    waiting: Countdown,
    /// For each node, a [`StateType`].
    states: Box<[AtomicU8]>,
    /// For each node, the place of its result.
    slots: Box<[Box<dyn Slot>]>,
    cells: Box<[Cell]>,
    /// The nodes whose results were set by hand.
    given: Box<[usize]>,
    /// How many nodes can still go on in this run and have not ended.
    left: AtomicUsize,
    pub(super) hooks: Hooks,
    pub(super) limits: Option<Limits>,
    pub(super) control: Control,
    /// When the run started; unset where nobody watches.
    clock: Option<Instant>,
}

#[allow(
    clippy::struct_excessive_bools,
    reason = "answers that are fixed before the run, each to one question"
)]
struct Cell {
    /// Who may still read the result: the nodes that take it, and the node itself until it has finished.
    readers: AtomicU32,
    /// Whether an upstream has finished without a value.
    hindered: AtomicBool,
    /// Whether the result stays in memory as long as the run.
    keeps: bool,
    /// Whether it is read by reference: what a hook may still take away is not.
    by_reference: bool,
    /// Whether a result that this node reads may have to be held or loaded.
    holds: bool,
    /// Whether hooks are asked about it.
    hooked: bool,
    /// Whether it cannot go on in this run, itself or for an upstream.
    rests: AtomicBool,
    /// Whether it runs where every upstream has a value.
    follows_success: bool,
    /// Whether the end of this node can free a result.
    frees: bool,
    detail: OnceLock<Box<Detail>>,
    story: OnceLock<Box<Mutex<Story>>>,
}

/// What is to be told of a finished node, beyond its state's type.
#[derive(Debug, Default)]
pub(crate) struct Detail {
    pub(crate) message: String,
    pub(crate) failure: Option<Arc<NodeFailure>>,
    pub(crate) kept: Option<Kept>,
    pub(crate) took: Duration,
}

impl Core {
    pub(crate) fn new(settings: Settings) -> Self {
        let Settings {
            spec,
            params,
            info,
            keeper,
            readers,
            given,
            hooks,
            limits,
            fail_fast,
        } = settings;
        let hooks = Hooks::new(hooks);
        let is_hooked = |node: usize| {
            let rules = spec.nodes[node].rules();
            hooks.are_for_all() || rules.on_state.is_some() || rules.on_failure.is_some()
        };
        let in_memory = keeper.is_none();
        let is_given = |node: usize| given.iter().any(|(given, _)| *given == node);
        let keeps: Vec<bool> = (spec.nodes.iter().enumerate())
            .map(|(node, of)| {
                let checkpoint = of.codec().is_some();
                spec.tail == Some(node) || (in_memory && checkpoint) || is_given(node)
            })
            .collect();
        // Most runs in memory keep every result: then no edge is looked at here.
        let keeps_all = keeps.iter().all(|keeps| *keeps);
        let by_reference = |node: usize| keeps[node] && !is_given(node) && !is_hooked(node);
        let any_hooked = (0..spec.nodes.len()).any(is_hooked);
        let (graph, readers_of) = Graph::new(spec);
        let cells: Box<[Cell]> = (spec.nodes.iter().zip(readers_of).enumerate())
            .map(|(index, (node, readers))| {
                let mut data = (node.edges.iter())
                    .filter(|edge| edge.kind == EdgeKind::Data)
                    .map(|edge| edge.node);
                let all_by_reference = keeps_all && given.is_empty() && !any_hooked;
                Cell {
                    by_reference: by_reference(index),
                    hooked: is_hooked(index),
                    rests: AtomicBool::new(false),
                    story: OnceLock::new(),
                    readers: AtomicU32::new(readers + 1),
                    hindered: AtomicBool::new(false),
                    keeps: keeps[index],
                    frees: !keeps_all && (!keeps[index] || data.clone().any(|upstream| !keeps[upstream])),
                    follows_success: matches!(
                        node.rules().trigger,
                        Trigger::AllSuccessful | Trigger::NotAllSkipped
                    ),
                    holds: !in_memory || !all_by_reference && data.any(|upstream| !by_reference(upstream)),
                    detail: OnceLock::new(),
                }
            })
            .collect();
        let waits = |node: &NodeSpec| super::graph::as_u32(node.edges.len());
        let core = Self {
            graph,
            waiting: Countdown::new(spec.nodes.iter().map(waits)),
            slots: (spec.nodes.iter())
                .map(|node| (node.task.output.slot)())
                .collect(),
            states: cells
                .iter()
                .map(|_| AtomicU8::new(StateType::Pending as u8))
                .collect(),
            left: AtomicUsize::new(cells.len()),
            spec,
            params,
            info,
            keeper,
            clock: readers.is_some().then(Instant::now),
            readers,
            cells,
            given: given.iter().map(|(node, _)| *node).collect(),
            limits: Limits::new(&limits),
            control: Control::new(fail_fast),
            hooks,
        };
        for (node, value) in given {
            let fits = core.slots[node].share(value);
            assert!(fits, "`Runner::given` checks the type by its key");
        }
        core
    }

    /// Tells that the run starts, once nothing can keep it from that; nodes whose results were given end here.
    pub(crate) fn begin(&self) {
        if let Some(readers) = &self.readers {
            readers.tell(&Event::RunStarted {
                flow: self.spec,
                id: &self.info.id,
                time: &self.info.time,
                store: self.keeper.as_ref().map(Keeper::root),
            });
        }
        for &node in &self.given {
            let detail = Detail {
                message: "its result was given".to_owned(),
                kept: self.keeper.as_ref().map(|_| keeper::given(self, node)),
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

    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    pub(crate) fn slot(&self, node: usize) -> &dyn Slot {
        &*self.slots[node]
    }

    /// Whether a result is put where it is read by reference.
    pub(crate) fn by_reference(&self, node: usize) -> bool {
        self.cells[node].by_reference
    }

    pub(crate) fn is_hooked(&self, node: usize) -> bool {
        self.cells[node].hooked
    }

    /// What the node has been through, if there is anything.
    pub(crate) fn story(&self, node: usize) -> Option<MutexGuard<'_, Story>> {
        let story = self.cells[node].story.get()?;
        Some(story.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The same, made if there is none.
    pub(crate) fn tell(&self, node: usize) -> MutexGuard<'_, Story> {
        let story = self.cells[node].story.get_or_init(|| {
            Box::new(Mutex::new(Story {
                tries: Tries {
                    attempts: 1,
                    retries: 0,
                },
                ..Story::default()
            }))
        });
        story.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn holds(&self, node: usize) -> bool {
        self.cells[node].holds
    }

    pub(crate) fn kind(&self, node: usize) -> StateType {
        StateType::from_u8(self.states[node].load(Ordering::Acquire))
    }

    pub(crate) fn detail(&self, node: usize) -> Option<&Detail> {
        self.cells[node].detail.get().map(|detail| &**detail)
    }

    pub(crate) fn state(&self, node: usize) -> State {
        let kind = self.kind(node);
        if kind == StateType::Retrying {
            let message = self
                .story(node)
                .map_or_else(String::new, |story| story.message().to_owned());
            return State::new(kind, message);
        }
        State::new(kind, self.detail(node).map_or("", |detail| &detail.message))
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.left.load(Ordering::Acquire) == 0
    }

    /// The nodes that wait for nothing and have not finished.
    pub(crate) fn roots(&self) -> Vec<u32> {
        let ready = |node: &usize| self.waiting.is_ready(*node) && self.kind(*node) == StateType::Pending;
        (0..self.cells.len())
            .filter(ready)
            .map(super::graph::as_u32)
            .collect()
    }

    /// Decides a node whose upstream has finished.
    pub(crate) fn decide(&self, node: usize) -> Decision {
        let cell = &self.cells[node];
        if cell.follows_success && !cell.hindered.load(Ordering::Acquire) {
            // Upstream that has a value is as none; it need not be walked over again.
            return Decision::Run;
        }
        let spec = &self.spec.nodes[node];
        let upstream: Vec<UpstreamState> = (spec.edges.iter())
            .map(|edge| {
                let state = UpstreamState::new(self.spec.nodes[edge.node].name, self.kind(edge.node));
                state.tolerated(spec.tolerance(edge.node))
            })
            .collect();
        plan::decide(spec.rules(), &upstream)
    }

    /// Notes that a body starts; which attempt it is.
    pub(crate) fn start(&self, node: usize) -> u32 {
        let attempt = self.story(node).map_or(1, |mut story| {
            story.tries.attempts += 1;
            story.tries.attempts
        });
        if let Some(readers) = &self.readers {
            self.states[node].store(StateType::Running as u8, Ordering::Release);
            readers.started(&self.info.id, &self.spec.nodes[node]);
        }
        attempt
    }

    /// Notes that a node waits for its next attempt.
    pub(super) fn wait_for_retry(&self, node: usize, at: Timestamp) {
        self.states[node].store(StateType::Retrying as u8, Ordering::Release);
        if let Some(readers) = &self.readers {
            readers.waits(self, node, Some(at));
        }
    }

    /// Notes that a node does not go on in this run, nor does what depends on it; `true` if nothing else does.
    pub(super) fn rest(&self, node: usize, kind: StateType, detail: Detail) -> bool {
        let _ = self.cells[node].detail.set(Box::new(detail));
        self.states[node].store(kind as u8, Ordering::Release);
        if let Some(readers) = &self.readers {
            readers.waits(self, node, None);
        }
        let mut resting = 0;
        let mut open = vec![node];
        while let Some(next) = open.pop() {
            // What was given its result has ended, whatever becomes of its upstream.
            if !self.kind(next).is_finished() && !self.cells[next].rests.swap(true, Ordering::AcqRel) {
                resting += 1;
                open.extend(
                    self.graph
                        .dependents(next)
                        .iter()
                        .map(|&dependent| dependent as usize),
                );
            }
        }
        self.left.fetch_sub(resting, Ordering::AcqRel) == resting
    }

    /// Ends a node and adds what it made ready to `ready`; `true` if it was the run's last.
    pub(crate) fn finish(
        &self,
        node: usize,
        kind: StateType,
        detail: Option<Detail>,
        ready: &mut Vec<u32>,
    ) -> bool {
        let cell = &self.cells[node];
        if let Some(detail) = detail {
            let first = cell.detail.set(Box::new(detail)).is_ok();
            debug_assert!(first, "a node ends once");
        }
        self.states[node].store(kind as u8, Ordering::Release);
        if let Some(readers) = &self.readers {
            readers.ended(self, node);
        }
        if cell.frees {
            self.release(node);
            for edge in self.spec.nodes[node].edges {
                if edge.kind == EdgeKind::Data {
                    self.release(edge.node);
                }
            }
        }
        if !kind.has_value() {
            for &next in self.graph.dependents(node) {
                self.cells[next as usize].hindered.store(true, Ordering::Release);
            }
        }
        for &next in self.graph.dependents(node) {
            // A node that was given its result has finished before its upstream.
            if self.waiting.arrive(next as usize) && self.kind(next as usize) == StateType::Pending {
                ready.push(next);
            }
        }
        self.left.fetch_sub(1, Ordering::AcqRel) == 1
    }

    /// One reader less: after the last, a result that is not kept is freed.
    fn release(&self, node: usize) {
        let cell = &self.cells[node];
        if !cell.keeps && cell.readers.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.slots[node].free();
        }
    }

    /// What a node's end blocks: every node behind it that ended as `kind` for it.
    pub(crate) fn blocked_by(&self, node: usize, kind: StateType) -> Vec<&'static str> {
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
            .map(|node| self.spec.nodes[node].name)
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
        )
    }
}
