//! A run, or one of its nodes, as it is published and recorded.

use super::core::Core;
use super::family::Family;
use super::keeper::encode;
use super::kept::stored;
use crate::digest::Digest;
use crate::journal;
use crate::store::wait;
use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::state::{
    Children, NodeState, RecordedChild, RecordedChildren, ResultPlace, RunState, Signature, StateError,
    StateType, StoredResult,
};

/// The state of a node as it is now, without its name.
pub(super) fn node_state(core: &Core, node: usize) -> NodeState {
    let mut state = NodeState::pending("", "");
    state.state = core.state(node);
    state.tries = core.tries(node);
    state.arm = core.branches.arm(node);
    if let Some(story) = core.story(node) {
        state.deaths = story.deaths;
        let waits = state.state.kind.may_wait();
        state.not_before = story.not_before.filter(|_| waits).map(|due| due.time());
        state.past.clone_from(&story.past);
        // What was skipped or has a value needs no other attempt; what failed may have one, by `resume`.
        let kind = state.state.kind;
        if !kind.has_value() && kind != StateType::Skipped {
            state.details.clone_from(&story.details);
        }
    }
    if let Some(detail) = core.detail(node) {
        state.took = detail.took;
        state.ended = detail.ended;
    }
    if let Some(family) = core.families.get(node) {
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        state.children = Some(Children {
            total: count(family.len()),
            finished: count(family.len() - family.unfinished()),
            segments: 0,
        });
    } else if state.state.kind.has_value() {
        state.result = result(core, node);
    }
    state
}

/// The children of a `for` of which something is known, by their places.
pub(super) fn known_children(core: &Core, family: &Family) -> impl Iterator<Item = (u64, RecordedChild)> {
    let fresh = NodeState::pending("", "");
    (0..family.len()).filter_map(move |index| {
        let state = node_state(core, family.id(index));
        if fresh.is_like(&state) {
            return None;
        }
        let key = family.key(index).map(str::to_owned);
        Some((u64::try_from(index).ok()?, RecordedChild { key, state }))
    })
}

/// The children of a `for`, for another process of the run to go on from: in the store, where there is one, so that the state
/// does not grow with them.
fn children(core: &Core, family: &Family) -> StoredResult {
    let made = Signature::of(core.spec, &core.spec.nodes[family.node]);
    let children = RecordedChildren {
        total: u64::try_from(family.len()).unwrap_or(u64::MAX),
        digest: family.digest,
        states: known_children(core, family).collect(),
        earlier: Vec::new(),
        made: Some(made),
        is_recorded: false,
    };
    let bytes = journal::children(&children, made);
    let digest = Digest::of(&bytes).into();
    let spilled = (core.keeper.as_ref()).map(|keeper| wait(keeper.spill(core, family.node, digest, &bytes)));
    let place = match spilled {
        Some(Ok(path)) => ResultPlace::Spilled(path),
        // A store that takes nothing now has failed nodes, too.
        Some(Err(_)) | None => ResultPlace::Inline(bytes),
    };
    StoredResult {
        digest: Some(digest),
        place,
    }
}

fn result(core: &Core, node: usize) -> Option<StoredResult> {
    match core.detail(node).and_then(|detail| detail.kept.as_ref()) {
        Some(kept) => stored(core, node, kept),
        None => in_memory(core, node),
    }
}

/// A result that only memory has goes into the state itself, where it can be encoded.
fn in_memory(core: &Core, node: usize) -> Option<StoredResult> {
    let codec = core.node(node).codec()?;
    let bytes = encode(core, node, codec)?.ok()?;
    Some(StoredResult {
        digest: Some(codec.digest(&bytes).into()),
        place: ResultPlace::Inline(bytes),
    })
}

/// The run as it is now, once it has ended or stopped.
///
/// # Errors
///
/// If a parameter cannot be written.
pub(crate) fn run_state(core: &Core) -> Result<RunState, StateError> {
    let head = core.info.head(core.spec, &*core.params)?;
    let nodes = core.spec.nodes.iter().enumerate().map(|(index, node)| {
        let mut state = node_state(core, index);
        node.name.clone_into(&mut state.slug);
        state.task = node.task_names().into_owned();
        if state.state.kind.has_value() {
            state.made = Some(Signature::of(core.spec, node));
        }
        core.carried.add_to(index, &mut state);
        // Where there is a journal it has them.
        if let Some(family) = core.families.get(index).filter(|_| core.recorder.is_none()) {
            state.result = Some(children(core, family));
            if let Some(children) = &mut state.children {
                children.segments = 1;
            }
        }
        state
    });
    Ok(RunState {
        children: BTreeMap::new(),
        nodes: nodes.collect(),
        head: Some(Box::new(head)),
    })
}

/// When something of the run can go on: `None` for now. Only what waits for its time makes anybody wait.
pub(crate) fn not_before(core: &Core) -> Option<Timestamp> {
    let mut first = None;
    for node in 0..core.len() {
        let ready = core.kind(node).is_pending()
            && core.spec.nodes[node]
                .edges
                .iter()
                .all(|edge| core.kind(edge.node).is_finished());
        if !ready {
            continue;
        }
        let at = core
            .not_before(node)
            .map(|due| due.time())
            .filter(|_| core.kind(node) != StateType::Paused)?;
        first = Some(first.map_or(at, |first: Timestamp| first.min(at)));
    }
    first.filter(|at| *at > Timestamp::now())
}

/// The same state in at most `limit` bytes: results in it move to the store, the largest first.
///
/// # Errors
///
/// If it is longer without any, or there is no store.
pub(crate) fn shrink(core: &Core, mut state: RunState, limit: usize) -> Result<RunState, StateError> {
    let mut size = state.to_json().len();
    if size <= limit {
        return Ok(state);
    }
    let no_room = |size| StateError::NoRoom { size, limit };
    let keeper = core.keeper.as_ref().ok_or_else(|| no_room(size))?;
    let mut inline: Vec<(usize, usize)> = (state.nodes.iter().enumerate())
        .filter_map(|(node, state)| match &state.result.as_ref()?.place {
            ResultPlace::Inline(bytes) => Some((bytes.len(), node)),
            _ => None,
        })
        .collect();
    inline.sort_unstable_by(|a, b| b.cmp(a));
    for (_, node) in inline {
        if size <= limit {
            break;
        }
        let Some(result) = &mut state.nodes[node].result else {
            continue;
        };
        let ResultPlace::Inline(bytes) = &result.place else {
            continue;
        };
        let before = bytes.len();
        let digest = result.digest.unwrap_or_else(|| Digest::of(bytes).into());
        let place = wait(keeper.spill(core, node, digest, bytes));
        let place = place.map_err(|_| no_room(size))?;
        // Base64 is a third longer than what it encodes.
        let freed = (before * 4).div_ceil(3).saturating_sub(place.as_str().len() + 4);
        result.place = ResultPlace::Spilled(place);
        size = size.saturating_sub(freed);
    }
    let size = state.to_json().len();
    if size <= limit {
        Ok(state)
    } else {
        Err(no_room(size))
    }
}
