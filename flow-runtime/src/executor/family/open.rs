//! Opens a `for`: asks its function what it goes through, and makes a child for each item.

use core::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use super::{Child, Family, Listed, Opening, Throttle};
use crate::attempt::Attempt;
use crate::digest::{Hasher, ShortDigest};
use crate::executor::core::{Accounts, Core, Live, Traits, is_bare};
use crate::executor::graph::as_u32;
use crate::executor::is_readable;
use crate::executor::worker;
use crate::failure::Cause;
use crate::spec::{EachSpec, EdgeKind, NodeSpec};
use crate::state::{NodeState, StateType};
use crate::store::wait;

impl Core {
    /// Makes the children of a `for` whose upstream is there; adds those that may run, and what goes on child by child, to
    /// `ready`. `true` where none of them has anything left to do: then the caller ends the `for`.
    ///
    /// # Errors
    ///
    /// Where an upstream result cannot be read, the author's code fails that tells the items, or they make no children.
    pub(in crate::executor) fn open(
        self: &Arc<Self>,
        node: usize,
        attempt: &mut Attempt,
        ready: &mut Vec<u32>,
    ) -> Result<bool, Cause> {
        let spec = self.node(node);
        let each = spec.each().expect("only a `for` is opened");
        let opening = self.ask(node, each, attempt)?;
        let (lists, keys) = opening.take();
        let upstream = self.upstream_families(spec);
        let len = length(spec, each, &lists, &upstream).map_err(failed)?;
        let keys = match keys {
            Some(keys) => Some(distinct(keys).map_err(failed)?),
            None => upstream
                .iter()
                .find_map(|(_, family)| family.keys().map(Box::from)),
        };
        let digest = digest(&lists, keys.as_deref());
        let (restored, is_said) = self.recorded_children(node, len, keys.as_deref(), digest);
        let family = self.families.add(node, len, |base| {
            self.family(node, (base, len), restored, lists, keys, &upstream, digest)
        });
        if let Some(recorder) = &self.recorder {
            // A run whose children cannot be written down stops.
            let _ = recorder.children(self, family, !is_said);
        }
        let unfinished = family.unfinished();
        self.left_more(unfinished);
        self.begin_children(node, family, &upstream, ready);
        // Once they have begun, others end them: then the last of them ends the `for`, and nobody else may.
        Ok(unfinished == 0)
    }

    /// Calls the node's function for its items.
    fn ask(self: &Arc<Self>, node: usize, each: &EachSpec, attempt: &mut Attempt) -> Result<Opening, Cause> {
        attempt.turn_to(node, self.next_attempt(node));
        attempt.opening = Some(Opening::new(each.items.len(), self.wants_digests(node)));
        let asked = worker::ask(self, attempt);
        let opening = attempt.opening.take().expect("nobody else takes it");
        asked.map(|()| opening)
    }

    /// Whether the target of a `for` is found by what its arguments digest to, or reused by it.
    fn wants_digests(&self, node: usize) -> bool {
        self.keeper.is_some() && self.node(node).target().is_some()
    }

    /// What a `for` goes through child by child, with its place before `in`.
    fn upstream_families(&self, spec: &'static NodeSpec) -> Vec<(usize, &Family)> {
        let edges = spec.edges.iter().filter(|edge| edge.kind == EdgeKind::Each);
        edges
            .filter_map(|edge| Some((spec.item_of(edge.node)?, self.families.get(edge.node)?)))
            .collect()
    }

    #[allow(clippy::too_many_arguments, reason = "each is a part of what it is made of")]
    fn family(
        &self,
        node: usize,
        (base, len): (usize, usize),
        restored: Vec<Option<NodeState>>,
        lists: Vec<Option<Listed>>,
        keys: Option<Box<[Box<str>]>>,
        upstream: &[(usize, &Family)],
        digest: Option<ShortDigest>,
    ) -> Family {
        let spec = self.node(node);
        let each = spec.each().expect("only a `for` is opened");
        let has_ended = |state: &Option<NodeState>| {
            let kind = state.as_ref().map(|state| state.state.kind);
            kind.filter(|kind| kind.is_finished())
        };
        let followers = self.followers(node).count();
        let count = followers + usize::from(self.is_held(node)) + 1;
        let awaited = upstream.iter().fold(0, |mask, (place, _)| mask | 1 << place);
        let mut unfinished = len;
        let children = (0..len).map(|index| {
            let mut live = Live::new(as_u32(count));
            let mut kind = StateType::Pending;
            if let Some(state) = restored.get(index).and_then(Option::as_ref) {
                live.restore(state);
            }
            if let Some(ended) = restored.get(index).and_then(has_ended) {
                kind = ended;
                unfinished -= 1;
            }
            Child {
                live,
                state: AtomicU8::new(kind as u8),
                arrived: AtomicU8::new(0),
            }
        });
        let children = children.collect();
        let traits = *self.traits(node);
        let throttle = self.at_most(spec, each).map(Throttle::new);
        let traits = Traits {
            // One that stands in a line is let in and out.
            bare: self.is_plain
                && is_bare(spec)
                && traits.by_reference
                && !traits.holds
                && throttle.is_none(),
            ..traits
        };
        Family {
            node,
            base,
            children,
            results: (spec.task.output.slots)(len),
            traits,
            accounts: Accounts::new(len, restored),
            lists: lists.into(),
            keys,
            digest,
            results_digest: OnceLock::new(),
            open: AtomicUsize::new(unfinished),
            awaited,
            followers: Mutex::default(),
            is_followed: followers > 0,
            since: self.is_timed().then(Instant::now),
            throttle,
        }
    }

    /// How many children run at a time.
    fn at_most(&self, spec: &NodeSpec, each: &EachSpec) -> Option<usize> {
        let of_tags = self
            .limits
            .as_ref()
            .and_then(|limits| limits.most(spec.rules().tags));
        let own = each.limit(spec.task.asynchronous);
        own.into_iter().chain(of_tags).min()
    }

    /// What is known of so many children from earlier processes, and whether the journal says it. Of one whose result is needed
    /// and gone, nothing is.
    fn recorded_children(
        &self,
        node: usize,
        len: usize,
        keys: Option<&[Box<str>]>,
        digest: Option<ShortDigest>,
    ) -> (Vec<Option<NodeState>>, bool) {
        let recorded = {
            let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
            recorded.remove(&node)
        };
        let Some(recorded) = recorded else {
            return (Vec::new(), true);
        };
        let is_said = recorded.is_recorded;
        let mut restored = recorded.fit(len, keys, digest);
        let is_needed = !self.graph.dependents(node).is_empty();
        for state in restored.iter_mut().flatten() {
            state.begin();
            let result = state.result.as_ref();
            let is_gone = is_needed
                && state.state.kind.has_value()
                && !result.is_some_and(|result| {
                    wait(is_readable(self.frame(), self.keeper.as_ref(), node, result))
                });
            if is_gone {
                state.start_over("its result cannot be read any more");
            }
        }
        (restored, is_said)
    }

    /// Makes the children again of every `for` that has ended in an earlier process: who reads their results finds them.
    pub(in crate::executor) fn close_families(&self) {
        let recorded = {
            let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
            let ended = recorded
                .keys()
                .copied()
                .filter(|node| self.kind(*node).is_finished());
            let ended: Vec<usize> = ended.collect();
            let ended = ended
                .into_iter()
                .filter_map(|node| Some((node, recorded.remove(&node)?)));
            ended.collect::<Vec<_>>()
        };
        for (node, recorded) in recorded.into_iter().filter(|(_, recorded)| recorded.is_whole()) {
            let (is_said, digest) = (recorded.is_recorded, recorded.digest);
            let mut keys: Vec<Box<str>> = Vec::new();
            let mut restored = Vec::new();
            for child in recorded.states.into_values() {
                keys.extend(child.key.map(String::into_boxed_str));
                restored.push(Some(child.state));
            }
            let keys = Some(keys).filter(|keys| keys.len() == restored.len() && !keys.is_empty());
            let places = self.node(node).each().map_or(0, |each| each.items.len());
            let lists = (0..places).map(|_| None).collect();
            let len = restored.len();
            let family = self.families.add(node, len, |base| {
                let keys = keys.map(Vec::into_boxed_slice);
                self.family(node, (base, len), restored, lists, keys, &[], digest)
            });
            if let Some(recorder) = self.recorder.as_ref().filter(|_| !is_said) {
                let _ = recorder.children(self, family, true);
            }
        }
    }

    /// Finds the children that may run, and has those of other families follow.
    fn begin_children(
        &self,
        node: usize,
        family: &Family,
        upstream: &[(usize, &Family)],
        ready: &mut Vec<u32>,
    ) {
        for (_, above) in upstream {
            let mut followers = above.followers.lock().unwrap_or_else(PoisonError::into_inner);
            followers.push(node);
        }
        let mut children = Vec::new();
        for index in 0..family.len() {
            let id = family.id(index);
            let mut last = family.awaited == 0;
            // Who ends or rests from here on finds this family among the followers; who did before is seen here.
            for (place, above) in upstream {
                let upstream = above.id(index);
                let kind = above.kind(upstream);
                if kind.is_finished() {
                    if !kind.has_value() {
                        family.live(id).hindered.store(true, Ordering::Release);
                    }
                    last |= family.arrive(index, *place);
                } else if above.live(upstream).rests.load(Ordering::Acquire) {
                    self.lay_down(id);
                }
            }
            if last && family.kind(id).is_pending() {
                // Who stands in the line takes a place in it: not one that ends without, or waits for its time.
                let runs_now = !family.live(id).hindered.load(Ordering::Acquire)
                    && !self.is_deadly(id)
                    && self.not_before(id).is_none();
                if runs_now { &mut children } else { &mut *ready }.push(as_u32(id));
            }
        }
        if let Some(throttle) = &family.throttle {
            throttle.line_up(&mut children);
        }
        for next in self.followers(node) {
            self.arrive(next, ready);
        }
        ready.append(&mut children);
    }
}

fn failed(message: String) -> Cause {
    Cause::Error(message.into())
}

/// How many children there are: as many as items, at every place before `in`.
fn length(
    spec: &NodeSpec,
    each: &EachSpec,
    lists: &[Option<Listed>],
    upstream: &[(usize, &Family)],
) -> Result<usize, String> {
    let at = |place: usize| match &lists[place] {
        Some(listed) => listed.len,
        None => upstream
            .iter()
            .find(|(of, _)| *of == place)
            .map_or(0, |(_, family)| family.len()),
    };
    let first = at(0);
    for place in 1..each.items.len() {
        if at(place) != first {
            return Err(format!(
                "`{}` goes through {first} and {} items side by side: `zip` takes as many of each",
                spec.name,
                at(place)
            ));
        }
    }
    // Their numbers have 32 bits, and there are other nodes.
    if first > MOST_CHILDREN {
        return Err(format!(
            "`{}` goes through {first} items, and a `for` has at most {MOST_CHILDREN} children",
            spec.name
        ));
    }
    Ok(first)
}

const MOST_CHILDREN: usize = 1 << 28;

/// Keys, each of which names one child.
fn distinct(keys: Vec<String>) -> Result<Box<[Box<str>]>, String> {
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(keys.len());
    for (place, key) in keys.iter().enumerate() {
        if let Some(first) = places.insert(key, place) {
            return Err(format!(
                "the items {first} and {place} have the same key, {key:?}: a key names one child"
            ));
        }
    }
    Ok(keys.into_iter().map(String::into_boxed_str).collect())
}

/// Of all items, or of their keys, where they are known.
fn digest(lists: &[Option<Listed>], keys: Option<&[Box<str>]>) -> Option<ShortDigest> {
    if let Some(keys) = keys {
        let hasher = keys
            .iter()
            .fold(Hasher::new("keys"), |hasher, key| hasher.part("", key.as_bytes()));
        return Some(hasher.digest().into());
    }
    let mut hasher = Hasher::new("items");
    for listed in lists.iter().flatten() {
        for digest in listed.digests.as_deref()? {
            hasher = hasher.part("", digest.as_bytes());
        }
    }
    Some(hasher.digest().into())
}
