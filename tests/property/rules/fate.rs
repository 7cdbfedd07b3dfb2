//! What a node comes to, as the reference says it, and what the run comes to by that.

use flow_runtime::StateType::{self, Cancelled, Failed, Paused, Pending, Success};

use super::script::Script;

/// A change of state, as the last hook of the run is asked about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) attempt: u32,
    pub(crate) old: StateType,
    pub(crate) new: StateType,
}

/// What a node comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) state: StateType,
    pub(crate) value: Option<u64>,
    /// The attempts that come to its body.
    pub(crate) attempts: Vec<u32>,
    /// How often a hook, and no body, decides what an attempt comes to.
    pub(crate) idle: usize,
    pub(crate) changes: Vec<Change>,
    /// What its hook on failures is told: the attempts, and what the node was after each.
    pub(crate) failure: Option<Vec<(u32, StateType)>>,
    /// Whether it is paused again and again, and nothing changes.
    pub(crate) is_endless: bool,
    /// Whether it ends the run.
    pub(crate) ends_run: bool,
    /// How often it mattered to it whether the run goes on.
    pub(crate) looks: u32,
}

impl Fate {
    pub(crate) fn new(state: StateType) -> Self {
        Self {
            state,
            value: None,
            attempts: Vec::new(),
            idle: 0,
            changes: Vec::new(),
            failure: None,
            is_endless: false,
            ends_run: false,
            looks: 0,
        }
    }

    /// How often its body is called.
    pub(crate) fn calls(&self) -> u32 {
        u32::try_from(self.attempts.len()).expect("few")
    }
}

/// The state of the run.
pub(crate) fn conclusion(script: &Script, states: &[StateType]) -> StateType {
    let is_upstream = |node| script.nodes.iter().any(|other| other.upstream.contains(&node));
    let decides = |node| {
        script
            .tail
            .map_or_else(|| !is_upstream(node), |tail| tail == node)
    };
    let deciding = |test: &dyn Fn(StateType) -> bool| {
        let mut states = states.iter().enumerate();
        states.any(|(node, state)| decides(node) && test(*state))
    };
    if states.iter().any(|state| matches!(state, Pending | Paused)) {
        Pending
    } else if deciding(&StateType::is_failed) {
        Failed
    } else if deciding(&|state| state == Cancelled) {
        // What the first failure has cancelled does not hide it.
        let is_hidden = script.manner.fail_fast && states.iter().any(|state| state.is_failed());
        if is_hidden { Failed } else { Cancelled }
    } else {
        Success
    }
}
