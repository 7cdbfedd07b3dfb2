//! Fits a run state to the flow that is to go on from it: which of its entries is which node, and whether what has a
//! result is still made as it was.
//!
//! What has no result yet follows the flow as it is now: a node that is new is Pending, another edge, task or target of
//! a node that has not run counts. What a recorded result was made by must be the same, or the run would mix results
//! that do not belong together.

use core::cell::LazyCell;
use std::collections::HashMap;

use super::children::RecordedChildren;
use super::error::{Change, StateError};
use super::fingerprint::{Signature, fingerprint_of};
use super::model::{Head, NodeState, ParamText, ResultPlace, RunState, StoredResult};
use super::prefect::numbered;
use crate::checkpoint::Codec;
use crate::digest::ShortDigest;
use crate::message_pack;
use crate::spec::{Erased, FlowSpec, NodeSpec};
use crate::suggest::closest;

/// A run state whose entries are nodes of a flow.
#[derive(Debug)]
pub struct Fitted {
    pub(crate) head: Option<Box<Head>>,
    /// For each node of the flow, its state; `None` where the run state does not have it.
    pub(crate) nodes: Vec<Option<NodeState>>,
    /// The children of every `for`, as far as they are known.
    pub(crate) children: HashMap<usize, RecordedChildren>,
}

/// Fits `state` to the flow.
///
/// # Errors
///
/// Where it is one of another flow, an entry is no node of this one or of several, or a result is made otherwise now.
pub(crate) fn fit(state: RunState, spec: &'static FlowSpec) -> Result<Fitted, StateError> {
    let path = spec.path();
    if let Some(head) = &state.head
        && head.flow != path
    {
        return Err(StateError::OtherFlow {
            flow: path,
            recorded: head.flow.clone(),
        });
    }
    let is_same = state
        .head
        .as_ref()
        .is_some_and(|head| head.fingerprint == fingerprint_of(spec));
    let names = LazyCell::new(|| Names::of(spec));
    let mut nodes: Vec<Option<NodeState>> = (0..spec.nodes.len()).map(|_| None).collect();
    for (place, entry) in state.nodes.into_iter().enumerate() {
        // Nearly always the order is that of the statements, and nobody is looked up by name.
        let mut entry = entry;
        let index = match spec.nodes.get(place) {
            Some(node) if node.name == entry.slug && !entry.is_unnamed => place,
            _ if entry.is_unnamed => names.of_task(&entry.slug)?,
            _ => names.find(&entry.slug)?,
        };
        if nodes[index].is_some() {
            return Err(StateError::TwiceTheSameNode {
                flow: path,
                node: spec.nodes[index].name,
            });
        }
        if !is_same {
            check(spec, index, &entry)?;
            if !entry.state.kind.has_value() && spec.nodes[index].branch().is_some() {
                // Its arms may be others now.
                entry.arm = None;
            }
        }
        check_arm(spec, index, &entry)?;
        if spec.nodes[index].each().is_none()
            && entry.children.take().is_some()
            && !entry.state.kind.has_value()
        {
            // It was a `for`, and what it brings are its children.
            (entry.result, entry.made) = (None, None);
        }
        nodes[index] = Some(entry);
    }
    let mut children = HashMap::new();
    for (slug, of) in state.children {
        let Some(index) = spec
            .node(&slug)
            .filter(|&index| spec.nodes[index].each().is_some())
        else {
            continue;
        };
        let now = Signature::of(spec, &spec.nodes[index]);
        let change = of
            .made
            .filter(|_| of.has_results())
            .and_then(|made| made.change(now));
        if let Some(change) = change {
            return Err(StateError::Changed {
                flow: path,
                node: spec.nodes[index].name,
                change,
            });
        }
        children.insert(index, of);
    }
    Ok(Fitted {
        head: state.head,
        nodes,
        children,
    })
}

/// The same for a state that came from outside: what it brings of results is what was published.
///
/// # Errors
///
/// Also where a result is not the one whose digest stands beside it: what depends on it would be taken for what it is not,
/// by later runs, too.
pub(crate) fn fit_published(state: RunState, spec: &'static FlowSpec) -> Result<Fitted, StateError> {
    let fitted = fit(state, spec)?;
    for (node, state) in spec.nodes.iter().zip(&fitted.nodes) {
        let Some(StoredResult {
            digest: Some(digest),
            place: ResultPlace::Inline(bytes),
        }) = state.as_ref().and_then(|state| state.result.as_ref())
        else {
            continue;
        };
        if node.each().is_some() {
            // They are its children, and are looked at when they are read.
            continue;
        }
        let is_other = |codec: Codec| ShortDigest::from(codec.digest(bytes)) != *digest;
        let arm = state.as_ref().and_then(|state| state.arm);
        if node.at_arm(arm).codec().is_some_and(is_other) {
            return Err(StateError::Garbled {
                flow: spec.path(),
                node: node.name,
            });
        }
    }
    Ok(fitted)
}

/// Checks that an arm that an `if` or `match` has chosen is one of its arms.
fn check_arm(spec: &FlowSpec, index: usize, entry: &NodeState) -> Result<(), StateError> {
    let node = &spec.nodes[index];
    let (Some(branch), Some(arm)) = (node.branch(), entry.arm) else {
        return Ok(());
    };
    let arms = branch.arms.len();
    if usize::try_from(arm).is_ok_and(|arm| arm < arms) {
        return Ok(());
    }
    Err(StateError::Shape {
        what: format!(
            "node `{}` has chosen the arm {arm}, counted from 0, and has {arms} in flow `{}`",
            node.name,
            spec.path()
        ),
    })
}

/// Whether what a state says of a node's task may be said of this one.
fn is_called(node: &NodeSpec, task: &str) -> bool {
    let mut names = node.arms().iter().map(|arm| arm.task.name);
    task.is_empty() || task == node.task_names() || names.any(|name| name == task)
}

/// Checks that the result of a node is still made as it was.
fn check(spec: &FlowSpec, index: usize, entry: &NodeState) -> Result<(), StateError> {
    if !entry.state.kind.has_value() {
        return Ok(());
    }
    let node = &spec.nodes[index];
    let change = match entry.made {
        Some(made) => made.change(Signature::of(spec, node)),
        // A bare list may say the task's name, and nothing else.
        None => (!is_called(node, &entry.task)).then_some(Change::Task),
    };
    match change {
        None => Ok(()),
        Some(change) => Err(StateError::Changed {
            flow: spec.path(),
            node: node.name,
            change,
        }),
    }
}

/// The names by which a run state can call the nodes of a flow.
struct Names<'a> {
    spec: &'a FlowSpec,
    by_name: HashMap<&'static str, usize>,
    by_task: HashMap<&'static str, Vec<usize>>,
}

impl<'a> Names<'a> {
    fn of(spec: &'a FlowSpec) -> Self {
        let mut by_task: HashMap<&'static str, Vec<usize>> = HashMap::new();
        for (index, node) in spec.nodes.iter().enumerate() {
            for arm in node.arms() {
                let nodes = by_task.entry(arm.task.name).or_default();
                if nodes.last() != Some(&index) {
                    nodes.push(index);
                }
            }
        }
        let names = spec.nodes.iter().enumerate();
        Self {
            spec,
            by_name: names.map(|(index, node)| (node.name, index)).collect(),
            by_task,
        }
    }

    /// The node's own name; else Prefect's `task1-2`, the second node of `task1` in the order of statements; else the
    /// task's name, where one node calls it.
    fn find(&self, slug: &str) -> Result<usize, StateError> {
        if let Some(&index) = self.by_name.get(slug) {
            return Ok(index);
        }
        let numbered = numbered(slug).and_then(|(task, number)| self.by_task.get(task)?.get(number - 1));
        if let Some(&index) = numbered {
            return Ok(index);
        }
        self.of_task(slug)
    }

    /// The only node that calls a task of this name.
    fn of_task(&self, slug: &str) -> Result<usize, StateError> {
        match self.by_task.get(slug).map(Vec::as_slice) {
            Some(&[only]) => Ok(only),
            Some(several) => Err(StateError::AmbiguousNode {
                flow: self.spec.path(),
                slug: slug.to_owned(),
                nodes: several.iter().map(|&node| self.spec.nodes[node].name).collect(),
            }),
            None => Err(StateError::UnknownNode {
                flow: self.spec.path(),
                slug: slug.to_owned(),
                near: closest(slug, self.spec.nodes.iter().map(|node| node.name)),
            }),
        }
    }
}

/// The parameters of a run state as values of the flow's types, by place; `None` where the state does not have one and
/// the flow has a default.
///
/// # Errors
///
/// Where a parameter is missing, unknown, or of another type.
pub(crate) fn parameters(head: Option<&Head>, spec: &FlowSpec) -> Result<Vec<Option<Erased>>, StateError> {
    let stored = head.map_or(&[][..], |head| &head.params);
    let unknown = |name: &str| spec.params.iter().all(|param| param.name != name);
    if let Some(stored) = stored.iter().find(|stored| unknown(&stored.name)) {
        return Err(StateError::UnknownParameter {
            flow: spec.path(),
            param: stored.name.clone(),
        });
    }
    let values = spec.params.iter().map(|param| {
        let Some(stored) = stored.iter().find(|stored| stored.name == param.name) else {
            return match param.default {
                Some(_) => Ok(None),
                None => Err(StateError::MissingParameter {
                    flow: spec.path(),
                    param: param.name,
                }),
            };
        };
        let value = match &stored.value {
            ParamText::Json(value) => (param.from_json)(value),
            ParamText::Packed(bytes) => match message_pack::check::<{ message_pack::MAX_DEPTH + 1 }>(bytes) {
                Ok(()) => (param.unpack)(bytes),
                Err(error) => Err(error.to_string()),
            },
        };
        value.map(Some).map_err(|why| StateError::Parameter {
            flow: spec.path(),
            param: param.name,
            type_text: param.type_text,
            why,
        })
    });
    values.collect()
}
