//! Puts a run together: what is known of its nodes before it starts.

use core::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

use super::accounts::Accounts;
use super::{Cell, Core, Left, Live, Settings, Traits, has_died_out};
use crate::checkpoint::Outputs;
use crate::executor::branches::Branches;
use crate::executor::carried::Carried;
use crate::executor::control::Control;
use crate::executor::countdown::Countdown;
use crate::executor::family::Families;
use crate::executor::graph::{Graph, as_u32};
use crate::executor::hooks::Hooks;
use crate::executor::limits::Limits;
use crate::executor::story::Story;
use crate::executor::suspects::Suspects;
use crate::executor::watch::Watch;
use crate::plan::Trigger;
use crate::resource::Resources;
use crate::slot::Held;
use crate::spec::{Edge, EdgeKind, FlowSpec, NodeSpec, Rules};
use crate::state::{NodeState, RecordedChildren, StateType};

impl Core {
    pub(crate) fn new(settings: Settings) -> Self {
        let Settings {
            spec,
            mut params,
            info,
            keeper,
            readers,
            given,
            mut restored,
            children,
            hooks,
            limits,
            purse,
            recorder,
            mut remarks,
            is_published,
            most_deaths,
            fail_fast,
        } = settings;
        let resources = Resources::of(spec, &mut *params);
        // What is given by hand ends anew.
        for (node, _) in &given {
            let _ = restored.get_mut(*node).map(Option::take);
        }
        let hooks = Hooks::new(hooks);
        let carried = Carried::of(&restored);
        let branches = Branches::new(spec, &restored);
        let suspects = suspects(&restored, most_deaths);
        remarks.extend(said_of(spec, &suspects));
        let has_ended = has_ended(spec, &restored);
        let none_has_ended = has_ended.iter().all(Option::is_none);
        let (graph, readers_of) = Graph::new(spec, |node| has_ended[node].is_some());
        let is_timed = readers.is_some() || recorder.is_some() || is_published;
        let limits = Limits::new(&limits);
        let suspects = Suspects::new(suspects.into_iter().map(as_u32));
        let is_steered = limits.is_some() || suspects.is_some() || purse.is_some();
        let is_plain = keeper.is_none() && !is_timed && !is_steered;
        let lives = Lives::of(
            spec,
            &hooks,
            keeper.is_none(),
            is_plain,
            &has_ended,
            &given,
            &children,
        );
        let cells = lives.cells(readers_of, &restored, none_has_ended);
        let accounts = Accounts::new(spec.nodes.len(), restored);
        let state = |(node, ended): (usize, &Option<StateType>)| {
            let state = ended.unwrap_or_else(|| waiting(accounts.story(node), &cells[node]));
            AtomicU8::new(state as u8)
        };
        let waits = |node: &NodeSpec| {
            if none_has_ended {
                return as_u32(node.edges.len());
            }
            let open = node.edges.iter().filter(|edge| has_ended[edge.node].is_none());
            as_u32(open.count())
        };
        let core = Self {
            graph,
            branches,
            families: Families::new(spec),
            recorded: Mutex::new(children),
            waiting: Countdown::new(spec.nodes.iter().map(waits)),
            slots: (spec.nodes.iter())
                .map(|node| (node.task.output.slot)())
                .collect(),
            states: has_ended.iter().enumerate().map(state).collect(),
            left: Left(AtomicUsize::new(
                has_ended.iter().filter(|ended| ended.is_none()).count(),
            )),
            spec,
            params,
            resources,
            info,
            keeper,
            outputs: Outputs::default(),
            clock: is_timed.then(Instant::now),
            readers,
            cells,
            accounts,
            given: given.iter().map(|(node, _)| *node).collect(),
            limits,
            suspects,
            purse,
            watch: has_timeouts(spec).then(Watch::new),
            recorder,
            remarks,
            carried,
            most_deaths,
            is_plain,
            control: Control::new(fail_fast),
            hooks,
        };
        core.close_families();
        for (node, value) in given {
            let fits = core.slots[node].share(value);
            assert!(fits, "`Runner::given` checks the type by its key");
        }
        core
    }
}

/// Whether a node, or an arm of one, has a timeout.
fn has_timeouts(spec: &FlowSpec) -> bool {
    let mut nodes = spec.nodes.iter().flat_map(NodeSpec::arms);
    nodes.any(|node| node.rules().timeout.is_some())
}

/// How each node has ended in an earlier process, if it has.
fn has_ended(spec: &FlowSpec, restored: &[Option<NodeState>]) -> Vec<Option<StateType>> {
    let mut has_ended = vec![None; spec.nodes.len()];
    for (ended, restored) in has_ended.iter_mut().zip(restored) {
        let kind = restored.as_ref().map(|restored| restored.state.kind);
        *ended = kind.filter(|kind| kind.is_finished());
    }
    has_ended
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
    /// Every `for` that has children in earlier processes.
    children: &'a HashMap<usize, RecordedChildren>,
    /// For each node, whether its result stays.
    keeps: Vec<bool>,
    /// Whether all are read by reference: then no node is hooked, nor has its result from elsewhere.
    all_by_reference: bool,
    /// Whether nothing of the run bears on how each node runs.
    is_plain: bool,
}

/// Whether a node runs where every upstream has a value.
fn follows_success(rules: &Rules) -> bool {
    matches!(rules.trigger, Trigger::AllSuccessful | Trigger::NotAllSkipped)
}

/// Whether nothing of a node itself bears on how it runs.
pub(in crate::executor) fn is_bare(spec: &NodeSpec) -> bool {
    let rules = spec.rules();
    follows_success(rules) && rules.timeout.is_none() && !spec.task.asynchronous
}

impl<'a> Lives<'a> {
    fn of(
        spec: &'static FlowSpec,
        hooks: &'a Hooks,
        in_memory: bool,
        is_plain: bool,
        has_ended: &'a [Option<StateType>],
        given: &'a [(usize, Held)],
        children: &'a HashMap<usize, RecordedChildren>,
    ) -> Self {
        let mut lives = Self {
            spec,
            hooks,
            in_memory,
            has_ended,
            given,
            children,
            keeps: Vec::new(),
            all_by_reference: false,
            is_plain,
        };
        let nodes = || 0..spec.nodes.len();
        lives.keeps = nodes()
            .map(|node| {
                // Where some arms are kept so is the result of any.
                let checkpoint = spec.nodes[node].may_be_kept();
                // Of a `for` there may be more than memory takes.
                let is_tail = spec.tail == Some(node) && !(checkpoint && spec.nodes[node].each().is_some());
                is_tail || (in_memory && checkpoint) || lives.is_given(node)
            })
            .collect();
        let keeps_all = lives.keeps.iter().all(|keeps| *keeps);
        let brings = !given.is_empty() || !children.is_empty() || has_ended.iter().any(Option::is_some);
        let is_apart = |node: usize| lives.is_hooked(node) || (brings && lives.is_brought(node));
        lives.all_by_reference = keeps_all && !nodes().any(is_apart);
        lives
    }

    fn is_given(&self, node: usize) -> bool {
        self.given.iter().any(|(given, _)| *given == node)
    }

    /// Whether its result does not come from a body of this process.
    fn is_brought(&self, node: usize) -> bool {
        self.has_ended[node].is_some() || self.is_given(node) || self.children.contains_key(&node)
    }

    fn is_hooked(&self, node: usize) -> bool {
        let has_own = |spec: &NodeSpec| {
            let rules = spec.rules();
            rules.on_state.is_some() || rules.on_failure.is_some()
        };
        self.hooks.are_for_all() || self.spec.nodes[node].parts().any(has_own)
    }

    fn by_reference(&self, node: usize) -> bool {
        self.keeps[node] && !self.is_brought(node) && !self.is_hooked(node)
    }

    /// What is known of a node, but for what earlier processes have left; `readers` nodes may read its result.
    #[inline]
    fn cell(&self, node: usize, readers: u32) -> Cell {
        let spec = &self.spec.nodes[node];
        let follows_success = spec.parts().all(|part| follows_success(part.rules()));
        // Nearly always all results stay, and none is apart.
        let traits = Traits {
            // A `for` has no body; its children have one. What an arm needs is known once it is chosen.
            bare: self.is_plain && is_bare(spec) && spec.each().is_none() && spec.branch().is_none(),
            keeps: true,
            by_reference: true,
            hooked: false,
            unpaid: readers > 0 && spec.arms().iter().any(|arm| arm.codec().is_none()),
            frees: false,
            follows_success,
            holds: !self.in_memory,
        };
        let live = Live::new(readers + 1);

        if self.all_by_reference {
            return Cell { live, traits };
        }
        let mut data = (spec.edges.iter())
            .filter(|edge| edge.kind != EdgeKind::Order)
            .map(|edge| edge.node);
        let (keeps, by_reference) = (self.keeps[node], self.by_reference(node));
        let frees = !keeps || data.clone().any(|upstream| !self.keeps[upstream]);
        let holds = !self.in_memory || data.any(|upstream| !self.by_reference(upstream));
        let traits = Traits {
            // What is read by reference has no hooks.
            bare: traits.bare && by_reference && !holds,
            keeps,
            by_reference,
            hooked: self.is_hooked(node),
            frees,
            holds,
            ..traits
        };
        Cell { live, traits }
    }

    /// What is known of all nodes, whose results so many may read.
    fn cells(&self, readers: Vec<u32>, restored: &[Option<NodeState>], none_has_ended: bool) -> Box<[Cell]> {
        let cells = readers.into_iter().enumerate().map(|(node, readers)| {
            let mut cell = self.cell(node, readers);
            if !none_has_ended {
                self.hinder(&mut cell, node);
            }
            if let Some(Some(restored)) = restored.get(node) {
                cell.live.restore(restored);
            }
            cell
        });
        cells.collect()
    }

    /// Notes what upstream has ended without a value in an earlier process.
    fn hinder(&self, cell: &mut Cell, node: usize) {
        let ended_without = |edge: &Edge| self.has_ended[edge.node].is_some_and(|kind| !kind.has_value());
        cell.live.hindered = AtomicBool::new(self.spec.nodes[node].edges.iter().any(ended_without));
    }
}

/// What a node is that has not ended: it may wait for its time.
fn waiting(story: Option<MutexGuard<'_, Story>>, cell: &Cell) -> StateType {
    match story.and_then(|story| story.not_before) {
        None => StateType::Pending,
        Some(_) if cell.live.attempts.load(Ordering::Relaxed) == 0 => StateType::Scheduled,
        Some(_) => StateType::Retrying,
    }
}
