//! Puts a run together: what is known of its nodes before it starts.

use core::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Instant;

use super::{Cell, Core, Detail, Settings, has_died_out};
use crate::executor::carried::Carried;
use crate::executor::control::Control;
use crate::executor::countdown::Countdown;
use crate::executor::due::Due;
use crate::executor::graph::{Graph, as_u32};
use crate::executor::hooks::Hooks;
use crate::executor::kept::Kept;
use crate::executor::limits::Limits;
use crate::executor::story::Story;
use crate::executor::suspects::Suspects;
use crate::executor::watch::Watch;
use crate::plan::Trigger;
use crate::slot::Held;
use crate::spec::{Edge, EdgeKind, FlowSpec, NodeSpec};
use crate::state::{NodeState, StateType};

impl Core {
    pub(crate) fn new(settings: Settings) -> Self {
        let Settings {
            spec,
            params,
            info,
            keeper,
            readers,
            given,
            mut restored,
            hooks,
            limits,
            purse,
            recorder,
            mut remarks,
            is_published,
            most_deaths,
            fail_fast,
        } = settings;
        let hooks = Hooks::new(hooks);
        for (node, _) in &given {
            // What is given by hand ends anew.
            if let Some(restored) = restored.get_mut(*node) {
                *restored = None;
            }
        }
        let carried = Carried::of(&restored);
        let suspects = suspects(&restored, most_deaths);
        remarks.extend(said_of(spec, &suspects));
        let has_ended: Vec<Option<StateType>> = (0..spec.nodes.len())
            .map(|node| Some(restored.get(node)?.as_ref()?.state.kind).filter(|kind| kind.is_finished()))
            .collect();
        let (graph, readers_of) = Graph::new(spec, |node| has_ended[node].is_some());
        let lives = Lives::of(spec, &hooks, keeper.is_none(), &has_ended, &given);
        let cells: Box<[Cell]> = (readers_of.into_iter().enumerate())
            .map(|(node, readers)| lives.cell(node, restored.get_mut(node), readers))
            .collect();
        let waits = |node: &NodeSpec| {
            let open = node.edges.iter().filter(|edge| has_ended[edge.node].is_none());
            as_u32(open.count())
        };
        let has_timeouts = spec.nodes.iter().any(|node| node.rules().timeout.is_some());
        let is_timed = readers.is_some() || recorder.is_some() || is_published;
        let core = Self {
            graph,
            waiting: Countdown::new(spec.nodes.iter().map(waits)),
            slots: (spec.nodes.iter())
                .map(|node| (node.task.output.slot)())
                .collect(),
            states: (has_ended.iter().zip(&cells))
                .map(|(ended, cell)| AtomicU8::new(ended.unwrap_or_else(|| waiting(cell)) as u8))
                .collect(),
            left: AtomicUsize::new(has_ended.iter().filter(|ended| ended.is_none()).count()),
            spec,
            params,
            info,
            keeper,
            clock: is_timed.then(Instant::now),
            readers,
            cells,
            given: given.iter().map(|(node, _)| *node).collect(),
            limits: Limits::new(&limits),
            suspects: Suspects::new(suspects.into_iter().map(as_u32)),
            purse,
            watch: has_timeouts.then(Watch::new),
            recorder,
            remarks,
            carried,
            most_deaths,
            control: Control::new(fail_fast),
            hooks,
        };
        for (node, value) in given {
            let fits = core.slots[node].share(value);
            assert!(fits, "`Runner::given` checks the type by its key");
        }
        core
    }
}

/// The nodes that go on though a process has died in them.
fn suspects(restored: &[Option<NodeState>], most_deaths: u32) -> Vec<usize> {
    let is_suspect = |node: &NodeState| {
        node.state.kind.is_pending() && node.deaths > 0 && !has_died_out(node.deaths, most_deaths)
    };
    let nodes = restored.iter().enumerate();
    nodes
        .filter(|(_, node)| node.as_ref().is_some_and(is_suspect))
        .map(|(node, _)| node)
        .collect()
}

/// That they run alone.
fn said_of(spec: &FlowSpec, suspects: &[usize]) -> Option<String> {
    let names: Vec<String> = (suspects.iter())
        .map(|&node| format!("`{}`", spec.nodes[node].name))
        .collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("a process died while {one} ran: it runs alone now")),
        _ => Some(format!(
            "a process died while {} ran: each runs alone now",
            names.join(", ")
        )),
    }
}

/// How the results of a run live in memory: as long as the run, or until their last reader has ended.
struct Lives<'a> {
    spec: &'static FlowSpec,
    hooks: &'a Hooks,
    in_memory: bool,
    has_ended: &'a [Option<StateType>],
    given: &'a [(usize, Held)],
    /// For each node, whether its result stays.
    keeps: Vec<bool>,
    /// Whether all do: then no edge need be looked at.
    keeps_all: bool,
    /// Whether all are read by reference.
    all_by_reference: bool,
}

impl<'a> Lives<'a> {
    fn of(
        spec: &'static FlowSpec,
        hooks: &'a Hooks,
        in_memory: bool,
        has_ended: &'a [Option<StateType>],
        given: &'a [(usize, Held)],
    ) -> Self {
        let mut lives = Self {
            spec,
            hooks,
            in_memory,
            has_ended,
            given,
            keeps: Vec::new(),
            keeps_all: false,
            all_by_reference: false,
        };
        let nodes = || 0..spec.nodes.len();
        lives.keeps = nodes()
            .map(|node| {
                let checkpoint = spec.nodes[node].codec().is_some();
                spec.tail == Some(node) || (in_memory && checkpoint) || lives.is_given(node)
            })
            .collect();
        lives.keeps_all = lives.keeps.iter().all(|keeps| *keeps);
        let is_apart = |node: usize| lives.is_hooked(node) || lives.is_brought(node);
        lives.all_by_reference = lives.keeps_all && !nodes().any(is_apart);
        lives
    }

    fn is_given(&self, node: usize) -> bool {
        self.given.iter().any(|(given, _)| *given == node)
    }

    /// Whether its result does not come from a body of this process.
    fn is_brought(&self, node: usize) -> bool {
        self.has_ended[node].is_some() || self.is_given(node)
    }

    fn is_hooked(&self, node: usize) -> bool {
        let rules = self.spec.nodes[node].rules();
        self.hooks.are_for_all() || rules.on_state.is_some() || rules.on_failure.is_some()
    }

    fn by_reference(&self, node: usize) -> bool {
        self.keeps[node] && !self.is_brought(node) && !self.is_hooked(node)
    }

    /// What is known of a node before the run starts; `readers` nodes may read its result.
    /// Takes the state, if there is one: most runs are new, and what a state is large enough for is not to be moved for nothing.
    fn cell(&self, node: usize, state: Option<&mut Option<NodeState>>, readers: u32) -> Cell {
        let spec = &self.spec.nodes[node];
        let mut data = (spec.edges.iter())
            .filter(|edge| edge.kind == EdgeKind::Data)
            .map(|edge| edge.node);
        let state = state.filter(|state| state.is_some());
        let attempts = state
            .as_ref()
            .and_then(|state| state.as_ref())
            .map_or(0, |state| state.tries.attempts);
        let has_ended = self.has_ended[node].is_some();
        let (detail, story) = match state {
            Some(state) => been_through(state.take(), has_ended),
            None => (None, None),
        };
        let ended_without = |edge: &Edge| self.has_ended[edge.node].is_some_and(|kind| !kind.has_value());
        Cell {
            by_reference: self.by_reference(node),
            hooked: self.is_hooked(node),
            rests: AtomicBool::new(false),
            attempts: AtomicU32::new(attempts),
            story: once(story),
            readers: AtomicU32::new(readers + u32::from(!has_ended)),
            hindered: AtomicBool::new(spec.edges.iter().any(ended_without)),
            keeps: self.keeps[node],
            unpaid: readers > 0 && spec.codec().is_none(),
            frees: !self.keeps_all
                && (!self.keeps[node] || data.clone().any(|upstream| !self.keeps[upstream])),
            follows_success: matches!(
                spec.rules().trigger,
                Trigger::AllSuccessful | Trigger::NotAllSkipped
            ),
            holds: !self.in_memory
                || !self.all_by_reference && data.any(|upstream| !self.by_reference(upstream)),
            detail: once(detail),
            rest: OnceLock::new(),
        }
    }
}

/// What a node is that has not ended: it may wait for its time.
fn waiting(cell: &Cell) -> StateType {
    let Some(story) = cell.story.get() else {
        return StateType::Pending;
    };
    let story = story.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    match story.not_before {
        None => StateType::Pending,
        Some(_) if cell.attempts.load(Ordering::Relaxed) == 0 => StateType::Scheduled,
        Some(_) => StateType::Retrying,
    }
}

fn once<T>(value: Option<T>) -> OnceLock<T> {
    let cell = OnceLock::new();
    if let Some(value) = value {
        let _ = cell.set(value);
    }
    cell
}

/// What is to be told of a node that was restored: how it ended, if it has, and what it has been through, if there is more
/// to that than its attempts.
fn been_through(
    state: Option<NodeState>,
    has_ended: bool,
) -> (Option<Box<Detail>>, Option<Box<Mutex<Story>>>) {
    let Some(state) = state else {
        return (None, None);
    };
    let mut story = Story {
        retries: state.tries.retries,
        deaths: state.deaths,
        not_before: state
            .not_before
            .map(|at| Due::restored(at, state.past.last().map(|last| last.ended))),
        message: String::new(),
        past: state.past,
        unrecorded: 0,
        unwritten: false,
        details: state.details,
    };
    if !has_ended {
        story.message = state.state.message;
        return (None, kept(story));
    }
    let detail = Detail {
        message: state.state.message,
        failure: None,
        kept: state.result.map(Kept::restored),
        took: state.took,
        ended: state.ended,
    };
    (Some(Box::new(detail)), kept(story))
}

/// Only what there is something to say of.
fn kept(story: Story) -> Option<Box<Mutex<Story>>> {
    (story != Story::default()).then(|| Box::new(Mutex::new(story)))
}
