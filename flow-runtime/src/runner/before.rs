//! What a run goes on from: the state that it was given, what its journal has told since, and what of both has to be done
//! again.

use std::borrow::Cow;
use std::collections::HashMap;

use super::earlier::behind;
use crate::executor::{Frame, GIVEN, Keeper, digest_of, is_readable};
use crate::journal::Recorded;
use crate::plan::{conclude, reference_nodes, revive};
use crate::slot::Held;
use crate::spec::FlowSpec;
use crate::state::{Head, NodeState, RecordedChildren, ResultPlace, Signature, StateError, StateType, fit};
use crate::store::wait;

/// The children of every `for`, by its place.
pub(super) type Children = HashMap<usize, RecordedChildren>;

/// What the journal of a run says, of the flow as it is now.
pub(super) struct Before {
    pub(super) head: Head,
    pub(super) slice: u32,
    pub(super) nodes: Vec<Option<NodeState>>,
    /// The children of every `for`: no given state has them where a journal does.
    pub(super) children: Children,
    /// For each node, the slice in which the journal has last told of it.
    told: Vec<u32>,
    /// Whether the nodes that its next records name by their places are those of the flow. A process may have died between
    /// saying which run it is and which nodes that has.
    pub(super) names_nodes: bool,
    /// How many bytes at the end of the journal are no whole record.
    torn: usize,
    /// Whether whole records stand among those.
    is_damaged: bool,
}

impl Before {
    pub(super) fn new(recorded: Recorded, spec: &'static FlowSpec) -> Result<Self, StateError> {
        let mut told = vec![0; spec.nodes.len()];
        for (place, (node, slice)) in recorded.state.nodes.iter().zip(recorded.told).enumerate() {
            let node = match spec.nodes.get(place) {
                Some(of) if of.name == node.slug => Some(place),
                _ => spec.node(&node.slug),
            };
            if let Some(node) = node {
                told[node] = slice;
            }
        }
        let (torn, is_damaged) = (recorded.torn, recorded.is_damaged);
        let named = recorded.state.nodes.iter().zip(&recorded.made);
        let named = named.map(|(node, made)| (&*node.slug, Cow::Borrowed(&*node.task), *made));
        let names_nodes = named.eq(spec
            .nodes
            .iter()
            .map(|node| (node.name, node.task_names(), Signature::of(spec, node))));
        let fitted = fit(recorded.state, spec)?;
        let head = *fitted.head.expect("a journal has a head");
        Ok(Self {
            slice: head.slice,
            head,
            nodes: fitted.nodes,
            children: fitted.children,
            told,
            names_nodes,
            torn,
            is_damaged,
        })
    }

    /// That the journal is damaged: at its end, as a process that dies as it writes leaves it, and a disk; or before whole
    /// records, then it is kept as this file.
    pub(super) fn torn(&self, kept: Option<String>) -> Option<String> {
        let torn = self.torn;
        match (torn, self.is_damaged, kept) {
            (0, ..) => None,
            (_, false, _) => Some(format!(
                "the last {torn} bytes of the run's journal are no whole record, and are not believed"
            )),
            (_, true, Some(kept)) => Some(format!(
                "the run's journal is damaged {torn} bytes before its end, and what follows is not believed: `{kept}` is the \
                 journal as it was"
            )),
            (_, true, None) => Some(format!(
                "the run's journal is damaged, and {torn} bytes behind that are not believed"
            )),
        }
    }

    /// Takes what the journal has told after slice `base` in place of what the given state says: the state of a message
    /// that is delivered again is older than what its first delivery did. So is one that was read while somebody still
    /// drove that slice. Which nodes these are, in their order.
    fn overtake(&self, nodes: &mut [Option<NodeState>], base: u32) -> Vec<usize> {
        let is_overtaken = |node: &usize| {
            let (told, before, given) = (
                self.told[*node],
                self.nodes[*node].as_ref(),
                nodes[*node].as_ref(),
            );
            told > base || (told == base && is_further(before, given)) || is_nearer(before, given)
        };
        let overtaken: Vec<usize> = (0..nodes.len()).filter(is_overtaken).collect();
        for &node in &overtaken {
            let given = nodes[node].take();
            nodes[node].clone_from(&self.nodes[node]);
            if let (Some(node), Some(given)) = (&mut nodes[node], given) {
                node.carry(given);
            }
        }
        overtaken
    }
}

/// Whether a node has come further than a state of the same slice says: to a success, or to another attempt.
fn is_further(recorded: Option<&NodeState>, given: Option<&NodeState>) -> bool {
    let (Some(recorded), kind) = (
        recorded,
        given.map_or(StateType::Pending, |given| given.state.kind),
    ) else {
        return false;
    };
    let attempts = given.map_or(0, |given| given.tries.attempts);
    if kind == StateType::Running {
        // What was read as an attempt ran says nothing of how it ended, nor of what it left before that.
        return recorded.tries.attempts >= attempts;
    }
    !kind.has_value()
        && (recorded.state.kind.has_value()
            || (recorded.state.kind.is_pending() && recorded.tries.attempts > attempts))
}

/// Whether the journal has a result itself that the given state has moved to the store, to be shorter: nothing keeps that
/// file but the state.
fn is_nearer(recorded: Option<&NodeState>, given: Option<&NodeState>) -> bool {
    let results = recorded
        .zip(given)
        .map(|(recorded, given)| (&recorded.result, &given.result));
    match results {
        Some((Some(recorded), Some(given))) => {
            recorded.digest == given.digest
                && matches!(recorded.place, ResultPlace::Inline(_))
                && matches!(given.place, ResultPlace::Spilled(_))
        }
        _ => false,
    }
}

/// Makes of the nodes of a run, from a state that slice `base` has made, what a process makes of them that begins to drive it.
/// What the journal of one that is recorded does not say of them, and is to be told; of a node of which it knows more than the
/// state that is nothing.
pub(super) fn begin(
    nodes: &mut [Option<NodeState>],
    before: Option<&Before>,
    base: u32,
    is_recorded: bool,
) -> Vec<(usize, NodeState)> {
    let overtaken = before.map_or_else(Vec::new, |before| before.overtake(nodes, base));
    for node in nodes.iter_mut().flatten() {
        node.begin();
    }
    if !is_recorded {
        return Vec::new();
    }
    let fresh = NodeState::pending("", "");
    let is_said = |node: usize, state: &NodeState| match before {
        Some(before) => before.nodes[node]
            .as_ref()
            .is_some_and(|before| before.is_like(state)),
        None => fresh.is_like(state),
    };
    let mut overtaken = overtaken.into_iter().peekable();
    let states = nodes.iter().enumerate();
    states
        .filter(|(node, _)| overtaken.next_if_eq(node).is_none())
        .filter_map(|(node, state)| Some((node, state.as_ref().filter(|state| !is_said(node, state))?)))
        .map(|(node, state)| (node, state.clone()))
        .collect()
}

/// Of a run that is not a success: what failed or was cancelled is tried anew. So it is where something is pending still: a run
/// that stopped for want of room is to go on when there is some, not to end for what had failed before. Which nodes these
/// are.
pub(super) fn retry(
    spec: &FlowSpec,
    nodes: &mut [Option<NodeState>],
    children: &mut Children,
) -> (Vec<usize>, Vec<(usize, u64)>) {
    let kind = |node: &Option<NodeState>| node.as_ref().map_or(StateType::Pending, |node| node.state.kind);
    let reference = reference_nodes(spec.nodes, spec.tail);
    let ended = conclude(
        nodes.iter().map(kind),
        reference.into_iter().map(|node| kind(&nodes[node])),
        // Whichever of the two that is not a success it is.
        false,
    );
    if ended == StateType::Success {
        return (Vec::new(), Vec::new());
    }
    let (mut again, mut children_again) = (Vec::new(), Vec::new());
    for (index, node) in nodes.iter_mut().enumerate() {
        let Some(node) = node else { continue };
        if is_to_retry(node) {
            try_anew(node);
            again.push(index);
        }
        // What a `for` has borne stays so.
        let open = Some(&mut *children).filter(|_| !node.state.kind.is_finished());
        let states = open.and_then(|children| children.get_mut(&index));
        for (child, of) in states.into_iter().flat_map(|of| &mut of.states) {
            if is_to_retry(&of.state) {
                try_anew(&mut of.state);
                children_again.push((index, *child));
            }
        }
    }
    (again, children_again)
}

fn is_to_retry(node: &NodeState) -> bool {
    node.state.kind.is_failed() || node.state.kind == StateType::Cancelled
}

fn try_anew(node: &mut NodeState) {
    // How far it came, and which arm it has chosen, hold as long as what it reads is the same.
    let (details, arm) = (node.details.take(), node.arm);
    node.start_over("");
    (node.details, node.arm) = (details, arm);
}

/// Makes Pending again what was made of other results than are given now; which those are.
fn make_anew(frame: Frame<'_>, nodes: &mut [Option<NodeState>], given: &[(usize, Held)]) -> Vec<usize> {
    let spec = frame.spec;
    let is_given = |node: usize| given.iter().any(|(given, _)| *given == node);
    let mut again = Vec::new();
    for (node, value) in given {
        if says(spec, *node, nodes[*node].as_ref(), value) {
            continue;
        }
        for next in behind(spec, *node) {
            if is_given(next) {
                continue;
            }
            if let Some(state) = nodes[next]
                .as_mut()
                .filter(|state| state.state.kind.is_finished())
            {
                let name = spec.nodes[*node].name;
                state.start_over(&format!("the result of `{name}` was given anew"));
                again.push(next);
            }
        }
    }
    again
}

/// Whether a node has come to this value. Where nobody can tell, for its result is not kept: whether it was given then, too.
fn says(spec: &FlowSpec, node: usize, state: Option<&NodeState>, value: &Held) -> bool {
    let digest = state
        .and_then(|state| state.result.as_ref())
        .and_then(|result| result.digest);
    let arm = state.and_then(|state| state.arm);
    let (Some(digest), Some(codec)) = (digest, spec.nodes[node].at_arm(arm).codec()) else {
        return state.is_some_and(|state| state.state.message == GIVEN);
    };
    if codec.is_file {
        return digest_of(&**value) == Some(digest);
    }
    codec
        .encoded(&**value)
        .is_ok_and(|bytes| digest == codec.digest(&bytes).into())
}

/// Makes Pending again what cannot stand beside what is `retried` and given: which those are, those that are retried, and those
/// that forget how far they came.
pub(super) fn begin_again(
    frame: Frame<'_>,
    keeper: Option<&Keeper>,
    nodes: &mut [Option<NodeState>],
    children: &mut Children,
    given: &[(usize, Held)],
    retried: Vec<usize>,
) -> Vec<usize> {
    let anew = make_again(frame, keeper, nodes, children, given);
    let mut changed = retried.clone();
    // What is never kept is made again in every process, and is no other result for that.
    changed.extend(anew.iter().filter(|node| frame.spec.nodes[**node].may_be_kept()));
    let mut again = retried;
    again.extend(anew);
    again.extend(forget_details(frame.spec, nodes, &changed, given));
    again.extend(forget_arms(frame.spec, nodes, given));
    again.sort_unstable();
    again.dedup();
    again
}

/// Makes Pending again whose results are needed and cannot be read, or were made of other results than are given now; which
/// those are.
fn make_again(
    frame: Frame<'_>,
    keeper: Option<&Keeper>,
    nodes: &mut [Option<NodeState>],
    children: &mut Children,
    given: &[(usize, Held)],
) -> Vec<usize> {
    if nodes.iter().all(Option::is_none) {
        return Vec::new();
    }
    let mut anew = make_anew(frame, nodes, given);
    for node in &anew {
        // They are made of other results, too.
        children.remove(node);
    }
    let is_given = |node: usize| given.iter().any(|(given, _)| *given == node);
    let kind = |(index, node): (usize, &Option<NodeState>)| match node {
        _ if is_given(index) => StateType::Success,
        Some(node) => node.state.kind,
        None => StateType::Pending,
    };
    let mut kinds: Vec<StateType> = nodes.iter().enumerate().map(kind).collect();
    let again = revive(frame.spec.nodes, &mut kinds, |node| {
        if frame.spec.nodes[node].each().is_some() {
            return are_readable(frame, keeper, node, children.get(&node));
        }
        let result = nodes[node].as_ref().and_then(|node| node.result.as_ref());
        is_given(node) || result.is_some_and(|result| wait(is_readable(frame, keeper, node, result)))
    });
    for &node in &again {
        if let Some(node) = &mut nodes[node] {
            node.start_over("its result cannot be read any more");
        }
    }
    anew.extend(again);
    anew
}

/// Whether the results of all children of a `for` can be read.
fn are_readable(
    frame: Frame<'_>,
    keeper: Option<&Keeper>,
    node: usize,
    children: Option<&RecordedChildren>,
) -> bool {
    let Some(children) = children.filter(|children| children.is_whole()) else {
        return false;
    };
    let mut successful = children
        .states
        .values()
        .filter(|child| child.state.state.kind.has_value());
    successful.all(|child| {
        let result = child.state.result.as_ref();
        result.is_some_and(|result| wait(is_readable(frame, keeper, node, result)))
    })
}

/// Of what goes on after the nodes `changed`, which run again, or whose results are given, forgets how far it came: that was with
/// other results. Which nodes that are.
fn forget_details(
    spec: &FlowSpec,
    nodes: &mut [Option<NodeState>],
    changed: &[usize],
    given: &[(usize, Held)],
) -> Vec<usize> {
    if nodes.iter().flatten().all(|node| node.details.is_none()) {
        return Vec::new();
    }
    let new = given
        .iter()
        .filter(|(node, value)| !says(spec, *node, nodes[*node].as_ref(), value));
    let new: Vec<usize> = new
        .map(|(node, _)| *node)
        .chain(changed.iter().copied())
        .collect();
    let mut forgotten = Vec::new();
    // What is behind a node stands in the list with itself.
    let after = |node: usize| behind(spec, node).filter(move |next| *next != node);
    for next in new.into_iter().flat_map(after) {
        if let Some(state) = nodes[next]
            .as_mut()
            .filter(|state| !state.state.kind.is_finished())
            && state.details.take().is_some()
        {
            forgotten.push(next);
        }
    }
    forgotten
}

/// Has every `if` and `match` that has not ended choose its arm anew, unless all that its conditions mention has ended as it was
/// then. Which nodes have forgotten theirs.
fn forget_arms(spec: &FlowSpec, nodes: &mut [Option<NodeState>], given: &[(usize, Held)]) -> Vec<usize> {
    let mut forgotten = Vec::new();
    for index in 0..nodes.len() {
        let has_arm = |state: &NodeState| state.arm.is_some() && !state.state.kind.is_finished();
        let (Some(branch), true) = (
            spec.nodes[index].branch(),
            nodes[index].as_ref().is_some_and(has_arm),
        ) else {
            continue;
        };
        let has_ended = |node: usize| {
            let state = nodes[node].as_ref();
            let is_same = |(given, value): &(usize, Held)| *given != node || says(spec, node, state, value);
            state.is_some_and(|state| state.state.kind.is_finished()) && given.iter().all(is_same)
        };
        let holds = branch.choice.edges.iter().all(|edge| has_ended(edge.node));
        if let Some(state) = nodes[index].as_mut().filter(|_| !holds) {
            state.arm = None;
            forgotten.push(index);
        }
    }
    forgotten
}
