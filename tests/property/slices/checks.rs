//! What holds for every slice, whatever the flow: it keeps to its budget, makes progress, and undoes nothing.

use std::collections::BTreeMap;

use flow_runtime::StateType;
use flow_runtime::state::{NodeState, RunState};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::rules::hook::number_of;
use crate::rules::observed::Observed;
use crate::rules::script::Script;

use super::cut::Allowed;
use super::play::Answer;

/// As journals round times.
const ROUNDED: SignedDuration = SignedDuration::from_micros(1);

/// What there was before a slice.
pub(super) struct Before {
    calls: u32,
    at: Timestamp,
}

impl Before {
    pub(super) fn now(observed: &Observed) -> Self {
        Self {
            calls: observed.all_calls(),
            at: Timestamp::now(),
        }
    }
}

/// What the slices of a run have told.
#[derive(Default)]
pub(super) struct Told {
    /// The first answer.
    first: Option<String>,
    /// The answer of the last slice.
    last: Option<RunState>,
    /// How many slices came to no body.
    pub(super) idle: usize,
    /// How many nodes were found in their targets.
    pub(super) cached: usize,
}

impl Told {
    pub(super) fn first(&self) -> Option<&str> {
        self.first.as_deref()
    }

    /// A slice has answered.
    ///
    /// # Errors
    ///
    /// What no slice may answer.
    pub(super) fn slice(
        &mut self,
        script: &Script,
        before: &Before,
        allowed: Allowed,
        answer: &Answer,
        observed: &Observed,
    ) -> Result<(), String> {
        let (state, not_before) = match answer {
            Answer::Again { state, not_before } => (state, Some(not_before)),
            Answer::Finished(ended) => (&ended.state, None),
        };
        let calls = observed.all_calls() - before.calls;
        if allowed.tasks.is_some_and(|tasks| calls > tasks) {
            return Err(format!("{calls} bodies ran in a slice that may use {allowed:?}"));
        }
        self.idle += usize::from(calls == 0);
        if let Some(last) = &self.last {
            goes_on(script, last, state)?;
            keeps_time(last, before.at, observed)?;
            let must = not_before.is_some() && is_due(script, last, before.at, allowed);
            if must && !differs(last, state) {
                return Err(format!(
                    "a slice that may use {allowed:?} changes nothing in {last:?}"
                ));
            }
        }
        if let Some(not_before) = not_before {
            let due = due(script, state);
            // What was not due yet when it answered may be by now.
            let is_now = not_before.is_none() && due.is_some_and(|due| due <= Timestamp::now());
            if *not_before != due && !is_now {
                return Err(format!(
                    "it is to be called at {not_before:?}, and goes on at {due:?}: {state:?}"
                ));
            }
        }
        let is_cached = |node: &&NodeState| node.state().kind == StateType::Cached;
        self.cached = state.nodes().filter(is_cached).count();
        self.first.get_or_insert_with(|| state.to_json());
        self.last = Some(state.clone());
        Ok(())
    }
}

/// Whether it is the same run, later: what had finished is as it was.
fn goes_on(script: &Script, last: &RunState, state: &RunState) -> Result<(), String> {
    if state.run_id() != last.run_id() || state.logical_time() != last.logical_time() {
        return Err(format!("{last:?} goes on as another run, {state:?}"));
    }
    if state.slice() <= last.slice() {
        return Err(format!(
            "after slice {} came slice {}",
            last.slice(),
            state.slice()
        ));
    }
    let (was, is) = (entries(last), entries(state));
    for node in last.nodes() {
        let index = number_of(node.slug());
        let counts = [&was, &is].map(|entries| entries.get(node.slug()).map(counts).unwrap_or_default());
        let is_less = counts[0].iter().zip(counts[1]).any(|(was, is)| *was > is);
        if is_less && !script.is_passing(index) {
            return Err(format!("{} has counted {counts:?}", node.slug()));
        }
        let stays = script.nodes[index].given.is_none() && !script.is_passing(index);
        if node.state().kind.is_finished() && stays {
            let (was, is) = (was.get(node.slug()), is.get(node.slug()));
            if was != is {
                return Err(format!("{} had finished as {was:?}, and is {is:?}", node.slug()));
            }
        }
    }
    Ok(())
}

/// What is counted of a node, and never less than before: attempts, retries, attempts that were to be repeated.
fn counts(state: &Value) -> [u64; 3] {
    let count = |name: &str| state[name].as_u64().unwrap_or(0);
    let past = state["past"].as_array().map_or(0, Vec::len);
    [count("attempts"), count("retries"), past as u64]
}

/// Whether nothing started before the time that it was to wait for.
fn keeps_time(last: &RunState, since: Timestamp, observed: &Observed) -> Result<(), String> {
    for node in last.nodes() {
        let started = observed.started(number_of(node.slug()), since);
        if let (Some(at), Some(started)) = (node.not_before(), started)
            && started + ROUNDED < at
        {
            return Err(format!(
                "{} was to wait until {at}, and started at {started}",
                node.slug()
            ));
        }
    }
    Ok(())
}

/// What is published of each node.
fn entries(state: &RunState) -> BTreeMap<String, Value> {
    let mut document: Value = serde_json::from_str(&state.to_json()).expect("it is JSON");
    let nodes = document["nodes"].as_array_mut().map(std::mem::take);
    let nodes = nodes.unwrap_or_default().into_iter();
    nodes
        .map(|mut node| {
            let slug = node["task"]["slug"].as_str().unwrap_or_default().to_owned();
            (slug, node["state"].take())
        })
        .collect()
}

/// Whether a node is another, or has come further.
fn differs(last: &RunState, state: &RunState) -> bool {
    let told = |state: &RunState| -> BTreeMap<String, (StateType, u32)> {
        let nodes = state.nodes();
        nodes
            .map(|node| (node.slug().to_owned(), (node.state().kind, node.attempts())))
            .collect()
    };
    told(last) != told(state)
}

/// When each node that waits for nothing else goes on: `None` for now.
fn ready<'a>(script: &'a Script, state: &'a RunState) -> impl Iterator<Item = Option<Timestamp>> + 'a {
    let mut kinds = vec![StateType::Pending; script.nodes.len()];
    for node in state.nodes() {
        kinds[number_of(node.slug())] = node.state().kind;
    }
    let is_ready = move |node: &&NodeState| {
        let of = &script.nodes[number_of(node.slug())];
        let mut upstream = of.upstream.iter();
        node.state().kind.is_pending() && upstream.all(|node| kinds[*node].is_finished())
    };
    state
        .nodes()
        .filter(is_ready)
        .map(|node| match node.state().kind {
            StateType::Paused => None,
            _ => node.not_before(),
        })
}

/// When something goes on: `None` for now.
fn due(script: &Script, state: &RunState) -> Option<Timestamp> {
    // `None` is less than any time.
    ready(script, state).min().flatten()
}

/// Whether a slice that begins at `at` has something to do.
fn is_due(script: &Script, last: &RunState, at: Timestamp, allowed: Allowed) -> bool {
    // One that may take its time waits.
    allowed.time.is_none() || ready(script, last).any(|when| when.is_none_or(|when| when <= at))
}
