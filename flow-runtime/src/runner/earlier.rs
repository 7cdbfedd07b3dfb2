//! Finds the run that another of the same flow, parameters and logical time goes on from.

use core::any::Any;

use super::prepare::of_parameter;
use super::{Begin, Runner};
use crate::error::StartError;
use crate::executor::{Force, GIVEN};
use crate::failure::causes;
use crate::runs::{Known, Runs, RunsError};
use crate::spec::FlowSpec;
use crate::state::{Fitted, Head, fit};

impl Runner {
    /// What a run begins with that is given no state. What is to be said of it is added to `notes`, what has to run again
    /// to `force`.
    ///
    /// # Errors
    ///
    /// If another process drives the run that is to go on, or the logical time cannot be had.
    pub(super) fn earlier(
        &self,
        spec: &'static FlowSpec,
        params: &dyn Any,
        begin: Begin,
        force: &mut Force,
        notes: &mut Vec<String>,
    ) -> Result<Option<Fitted>, StartError> {
        let Some(runs) = self
            .runs()
            .filter(|_| begin != Begin::New && self.durability.is_recorded())
        else {
            if let Begin::From(node) = begin {
                force.add(behind(spec, node).map(|node| spec.nodes[node].name.to_owned()));
                notes.push(no_earlier(spec, node));
            }
            return Ok(None);
        };
        let head = self.new_info(spec)?.head(spec, params);
        let head = head.map_err(|source| of_parameter(spec, source))?;
        let identity = head.identity();
        // A store whose runs cannot be listed has none to go on from; what it lacks else, the run will tell.
        let of = |known: &Known| {
            known
                .summary
                .as_ref()
                .map(|summary| summary.identity)
                .ok()
                .flatten()
        };
        let known = runs.list().unwrap_or_default();
        let (known, others): (Vec<Known>, Vec<Known>) =
            known.into_iter().partition(|known| of(known) == Some(identity));
        match begin {
            Begin::New => Ok(None),
            Begin::Continued => {
                let found = pending(spec, &runs, &known, notes)?;
                if found.is_none() {
                    notes.extend(edited(&runs, &others, &head));
                }
                Ok(found)
            }
            Begin::From(node) => Ok(but_for(spec, node, &runs, &known, force, notes)),
        }
    }
}

/// The latest of these runs that can go on.
fn pending(
    spec: &'static FlowSpec,
    runs: &Runs,
    known: &[Known],
    notes: &mut Vec<String>,
) -> Result<Option<Fitted>, StartError> {
    for known in known.iter().filter(|known| known.ended.is_none()) {
        if let Some(holder) = runs.holder(&known.id) {
            return Err(StartError::Runs {
                flow: spec.name,
                source: RunsError::Held {
                    run: known.id.clone(),
                    holder,
                },
            });
        }
        match read(spec, runs, known) {
            // Its process died between its last node and its end.
            Ok(fitted) if is_over(&fitted) => {}
            // Who gives the command without that would get results of what was tried by hand.
            Ok(fitted) if has_given(&fitted) => notes.push(format!(
                "run {} has results that were given: this is a new one (`resume {}` goes on with that)",
                known.id, known.id
            )),
            Ok(fitted) => return Ok(Some(fitted)),
            Err(why) => notes.push(format!(
                "run {} cannot go on ({why}): this is a new one",
                known.id
            )),
        }
    }
    Ok(None)
}

/// That the latest of these runs would go on, had the flow not other parameters now: with those it is another run, and
/// whoever has edited them may not think of that.
fn edited(runs: &Runs, others: &[Known], new: &Head) -> Option<String> {
    let is_of_flow = |known: &&Known| {
        known
            .summary
            .as_ref()
            .is_ok_and(|summary| summary.flow == new.flow)
    };
    let known = (others.iter().filter(|known| known.ended.is_none())).find(is_of_flow)?;
    let then = runs.read(&known.id).ok()?.state.head?;
    let names = |head: &Head| -> Vec<String> { head.params.iter().map(|param| param.name.clone()).collect() };
    (then.asked == new.asked && names(&then) != names(new)).then(|| {
        let list = |head: &Head| {
            let names: Vec<String> = names(head).iter().map(|name| format!("`{name}`")).collect();
            if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            }
        };
        format!(
            "run {} has the parameters {}, and the flow has {}: this is a new one",
            known.id,
            list(&then),
            list(new)
        )
    })
}

/// The latest of these runs, without what depends on the node: that is to run again, whatever targets are there.
fn but_for(
    spec: &'static FlowSpec,
    node: usize,
    runs: &Runs,
    known: &[Known],
    force: &mut Force,
    notes: &mut Vec<String>,
) -> Option<Fitted> {
    let again: Vec<usize> = behind(spec, node).collect();
    force.add(again.iter().map(|&node| spec.nodes[node].name.to_owned()));
    for known in known {
        match read(spec, runs, known) {
            Ok(mut fitted) => {
                // It is a new run: only what the nodes have come to is taken.
                fitted.head = None;
                for &node in &again {
                    fitted.nodes[node] = None;
                }
                for node in &mut fitted.nodes {
                    if node.as_ref().is_some_and(|node| !node.state.kind.has_value()) {
                        *node = None;
                    }
                }
                notes.push(format!(
                    "what `{}` does not change is taken from run {}",
                    spec.nodes[node].name, known.id
                ));
                return Some(fitted);
            }
            Err(why) => notes.push(format!("run {} cannot be used ({why})", known.id)),
        }
    }
    notes.push(no_earlier(spec, node));
    None
}

fn no_earlier(spec: &FlowSpec, node: usize) -> String {
    format!(
        "there is no earlier run with these parameters: what `{}` depends on is found in targets, or runs",
        spec.nodes[node].name
    )
}

fn read(spec: &'static FlowSpec, runs: &Runs, known: &Known) -> Result<Fitted, String> {
    let recorded = runs.read(&known.id).map_err(|error| causes(&error).join(": "))?;
    fit(recorded.state, spec).map_err(|error| error.to_string())
}

fn has_given(fitted: &Fitted) -> bool {
    let mut nodes = fitted.nodes.iter().flatten();
    nodes.any(|node| node.state.message == GIVEN)
}

fn is_over(fitted: &Fitted) -> bool {
    fitted
        .nodes
        .iter()
        .all(|node| node.as_ref().is_some_and(|node| node.state.kind.is_finished()))
}

/// A node and all that depends on it.
pub(super) fn behind(spec: &FlowSpec, node: usize) -> impl Iterator<Item = usize> {
    let mut is_behind = vec![false; spec.nodes.len()];
    is_behind[node] = true;
    // Statements stand in any order: once through is not enough.
    loop {
        let next: Vec<usize> = (0..spec.nodes.len())
            .filter(|&next| {
                !is_behind[next] && spec.nodes[next].edges.iter().any(|edge| is_behind[edge.node])
            })
            .collect();
        if next.is_empty() {
            break;
        }
        for next in next {
            is_behind[next] = true;
        }
    }
    (0..is_behind.len()).filter(move |&node| is_behind[node])
}
