//! What there is to tell of nodes beyond their states' types. Apart from what every step reads, and made when there is first
//! something to tell: of a run in memory that nobody watches, and in which all goes well, there is nothing.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::Detail;
use crate::executor::due::Due;
use crate::executor::kept::Kept;
use crate::executor::story::Story;
use crate::state::NodeState;

/// What there is to tell of the nodes of one run.
pub(crate) struct Accounts {
    nodes: OnceLock<Box<[Account]>>,
    /// How many nodes there are.
    count: usize,
}

/// What there is to tell of one node.
#[derive(Default)]
struct Account {
    /// How it ended.
    end: OnceLock<Box<Detail>>,
    /// Why it did not go on, before that.
    rest: OnceLock<Box<Detail>>,
    story: OnceLock<Box<Mutex<Story>>>,
}

impl Accounts {
    /// Of a run of so many nodes that goes on from these.
    pub(crate) fn new(count: usize, restored: Vec<Option<NodeState>>) -> Self {
        debug_assert!(
            restored.is_empty() || restored.len() == count,
            "a state for each node, or none"
        );
        let nodes = OnceLock::new();
        if restored.iter().any(Option::is_some) {
            let _ = nodes.set(restored.into_iter().map(Account::restored).collect());
        }
        Self { nodes, count }
    }

    fn get(&self, node: usize) -> Option<&Account> {
        self.nodes.get().map(|nodes| &nodes[node])
    }

    fn get_or_make(&self, node: usize) -> &Account {
        let nodes = self
            .nodes
            .get_or_init(|| (0..self.count).map(|_| Account::default()).collect());
        &nodes[node]
    }

    /// How the node ended, or why it did not go on.
    pub(crate) fn detail(&self, node: usize) -> Option<&Detail> {
        let account = self.get(node)?;
        account
            .end
            .get()
            .or_else(|| account.rest.get())
            .map(|detail| &**detail)
    }

    /// Notes how the node ended; `false` if that is known.
    pub(crate) fn end(&self, node: usize, detail: Detail) -> bool {
        self.get_or_make(node).end.set(Box::new(detail)).is_ok()
    }

    /// Notes why the node does not go on in this run.
    pub(crate) fn rest(&self, node: usize, detail: Detail) {
        let _ = self.get_or_make(node).rest.set(Box::new(detail));
    }

    /// Whether the node has been through something.
    pub(crate) fn has_story(&self, node: usize) -> bool {
        self.get(node)
            .is_some_and(|account| account.story.get().is_some())
    }

    /// What the node has been through, if there is anything.
    pub(crate) fn story(&self, node: usize) -> Option<MutexGuard<'_, Story>> {
        let story = self.get(node)?.story.get()?;
        Some(story.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The same, made if there is none.
    pub(crate) fn tell(&self, node: usize) -> MutexGuard<'_, Story> {
        let story = self.get_or_make(node).story.get_or_init(Box::default);
        story.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Account {
    /// Of a node that has been through this in earlier processes: how it ended, if it has, and what there is to say beyond its
    /// attempts.
    fn restored(state: Option<NodeState>) -> Self {
        let Some(state) = state else {
            return Self::default();
        };
        let has_ended = state.state.kind.is_finished();
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
        let mut end = OnceLock::new();
        if has_ended {
            end = OnceLock::from(Box::new(Detail {
                message: state.state.message,
                failure: None,
                kept: state.result.map(Kept::restored),
                took: state.took,
                ended: state.ended,
            }));
        } else {
            story.message = state.state.message;
        }
        let is_told = story != Story::default();
        Self {
            end,
            rest: OnceLock::new(),
            story: if is_told {
                OnceLock::from(Box::new(Mutex::new(story)))
            } else {
                OnceLock::new()
            },
        }
    }
}
