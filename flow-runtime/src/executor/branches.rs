//! Which arm every `if` and `match` of a run has chosen: told by the function of its node, when it is called for that alone.

use core::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use crate::attempt::Attempt;
use crate::failure::Cause;
use crate::spec::{FlowSpec, NodeSpec};
use crate::state::NodeState;

use super::core::Core;
use super::worker;

/// What stands in the place of an arm as long as none is chosen.
const OPEN: u32 = u32::MAX;

/// The arms of one run; for a flow without branches there is nothing.
pub(crate) struct Branches {
    /// The nodes that are an `if` or `match`, ascending.
    nodes: Box<[usize]>,
    /// For each, its arm.
    arms: Box<[AtomicU32]>,
}

impl Branches {
    /// Of a run that goes on from these states, if it does.
    pub(crate) fn new(spec: &FlowSpec, restored: &[Option<NodeState>]) -> Self {
        let nodes = spec.nodes.iter().enumerate();
        let nodes: Box<[usize]> = nodes
            .filter(|(_, node)| node.branch().is_some())
            .map(|(index, _)| index)
            .collect();
        let arm = |node: &usize| {
            let arm = restored.get(*node).and_then(|state| state.as_ref()?.arm);
            AtomicU32::new(arm.unwrap_or(OPEN))
        };
        let arms = nodes.iter().map(arm).collect();
        Self { nodes, arms }
    }

    fn of(&self, node: usize) -> Option<&AtomicU32> {
        let place = self.nodes.binary_search(&node).ok()?;
        Some(&self.arms[place])
    }

    /// The arm that a node has chosen.
    pub(crate) fn arm(&self, node: usize) -> Option<u32> {
        let arm = self.of(node)?.load(Ordering::Acquire);
        (arm != OPEN).then_some(arm)
    }

    /// Whether this is an `if` or `match` that has chosen no arm.
    pub(super) fn is_open(&self, node: usize) -> bool {
        self.of(node)
            .is_some_and(|arm| arm.load(Ordering::Acquire) == OPEN)
    }

    fn choose(&self, node: usize, arm: u32) {
        if let Some(chosen) = self.of(node) {
            chosen.store(arm, Ordering::Release);
        }
    }

    /// What this node of the flow is now.
    pub(crate) fn node(&self, index: usize, node: &'static NodeSpec) -> &'static NodeSpec {
        match node.branch() {
            None => node,
            Some(_) => node.at_arm(self.arm(index)),
        }
    }
}

/// What the function of an `if` or `match` has told, when it is called for its arm alone: the arm, or that there is none.
#[derive(Default)]
pub(crate) struct Choosing(OnceLock<Option<u32>>);

impl Choosing {
    pub(crate) fn tell(&self, arm: Option<u32>) {
        let _ = self.0.set(arm);
    }
}

impl Core {
    /// Has a node whose conditions can be asked choose its arm; whether there is one.
    ///
    /// # Errors
    ///
    /// Where an upstream result cannot be read, or the author's code fails.
    pub(super) fn choose(self: &Arc<Self>, attempt: &mut Attempt) -> Result<bool, Cause> {
        let node = attempt.node();
        attempt.choosing = Some(Choosing::default());
        let asked = worker::ask(self, attempt);
        let choosing = attempt.choosing.take().expect("nobody else takes it");
        asked?;
        let arm = choosing.0.into_inner().expect("the function tells an arm");
        if let Some(arm) = arm {
            self.branches.choose(node, arm);
        }
        Ok(arm.is_some())
    }
}
