//! What happens in a run, as one stream with many readers: the terminal, logs, tests. A run without readers pays
//! nothing for it.

use core::time::Duration;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{Timestamp, Zoned};

use crate::checkpoint::{Reuse, Staleness};
use crate::contained::caught;
use crate::executor::Core;
use crate::failure::NodeFailure;
use crate::run_id::RunId;
use crate::spec::{FlowSpec, NodeSpec};
use crate::state::State;

/// One thing that happened. All readers of a run see one order: a node starts after its upstream ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'run> {
    /// The run starts. A run that cannot start is not told of.
    #[non_exhaustive]
    RunStarted {
        /// The flow.
        flow: &'static FlowSpec,
        /// The run.
        id: &'run RunId,
        /// Its logical time.
        time: &'run Zoned,
        /// Where its checkpoints live; `None` for a run in memory.
        store: Option<&'run str>,
        /// How many of its nodes have finished in earlier processes.
        finished: usize,
        /// What is to be said of how it starts: that it is not recorded, that an earlier one cannot go on.
        notes: &'run [String],
    },
    /// A node's body is about to run, or its target to be looked for.
    #[non_exhaustive]
    NodeStarted {
        /// The run.
        id: &'run RunId,
        /// The node.
        node: &'static NodeSpec,
        /// Its name; of a child of a `for` with its number or key: `pages[3]`. `node` is the `for` itself then.
        slug: &'run str,
    },
    /// A body told how far it is.
    #[non_exhaustive]
    NodeProgressed {
        /// The run.
        id: &'run RunId,
        /// The node.
        node: &'static NodeSpec,
        /// Its name; of a child of a `for` with its number or key: `pages[3]`. `node` is the `for` itself then.
        slug: &'run str,
        /// From 0 to 1.
        done: f64,
    },
    /// An attempt of a node has ended, and the node has not: it is Retrying, Paused or Pending again.
    #[non_exhaustive]
    NodeWaits {
        /// The run.
        id: &'run RunId,
        /// The node.
        node: &'static NodeSpec,
        /// Its name; of a child of a `for` with its number or key: `pages[3]`. `node` is the `for` itself then.
        slug: &'run str,
        /// Its state.
        state: &'run State,
        /// When its next attempt may start; `None` where none does in this run.
        until: Option<Timestamp>,
    },
    /// A node has ended.
    #[non_exhaustive]
    NodeEnded {
        /// The run.
        id: &'run RunId,
        /// The node.
        node: &'static NodeSpec,
        /// Its name; of a child of a `for` with its number or key: `pages[3]`. `node` is the `for` itself then.
        slug: &'run str,
        /// Its state.
        state: &'run State,
        /// From its start; zero where it did not start.
        took: Duration,
        /// Where its result is, as a person would type it.
        location: Option<&'run str>,
        /// Why its target was reused, if it was.
        reuse: Option<&'run Reuse>,
        /// Why a checkpoint that was there was not reused; empty where there was none.
        replaced: &'run [Staleness],
        /// Why it failed.
        failure: Option<&'run NodeFailure>,
    },
    /// The run has ended.
    #[non_exhaustive]
    RunEnded {
        /// The run.
        id: &'run RunId,
        /// Its state.
        state: &'run State,
        /// From its start.
        took: Duration,
    },
}

/// Something that watches runs.
///
/// Implemented by every `FnMut(&Event<'_>) + Send`.
pub trait Reader: Send {
    /// Is told of one event. It is called between two steps of the run: what takes long here holds up every worker.
    fn read(&mut self, event: &Event<'_>);
}

impl<F: FnMut(&Event<'_>) + Send> Reader for F {
    fn read(&mut self, event: &Event<'_>) {
        self(event);
    }
}

/// A reader that outlives the runs that it watches.
pub(crate) type SharedReader = Arc<Mutex<dyn Reader>>;

/// The readers of one run; the lock makes their order one.
pub(crate) struct Readers {
    readers: Mutex<Vec<SharedReader>>,
}

impl Readers {
    /// `None` without readers: nothing is made for nobody.
    pub(crate) fn new(readers: &[SharedReader]) -> Option<Self> {
        (!readers.is_empty()).then(|| Self {
            readers: Mutex::new(readers.to_vec()),
        })
    }

    pub(crate) fn started(&self, core: &Core, node: usize) {
        self.tell(&Event::NodeStarted {
            id: &core.info.id,
            node: core.node(node),
            slug: &core.slug(node),
        });
    }

    pub(crate) fn progress(&self, core: &Core, at: usize, done: f64) {
        let (id, node) = (&core.info.id, core.node(at));
        let slug = &core.slug(at);
        self.tell(&Event::NodeProgressed { id, node, slug, done });
    }

    pub(crate) fn waits(&self, core: &Core, node: usize, until: Option<Timestamp>) {
        self.tell(&Event::NodeWaits {
            id: &core.info.id,
            node: core.node(node),
            slug: &core.slug(node),
            state: &core.state(node),
            until,
        });
    }

    pub(crate) fn ended(&self, core: &Core, node: usize) {
        let detail = core.detail(node);
        let kept = detail.and_then(|detail| detail.kept.as_ref());
        let location = kept.and_then(|kept| kept.location(core));
        self.tell(&Event::NodeEnded {
            id: &core.info.id,
            node: core.node(node),
            slug: &core.slug(node),
            state: &core.state(node),
            took: detail.map_or(Duration::ZERO, |detail| detail.took),
            location: location.as_deref(),
            reuse: kept.and_then(|kept| kept.reuse()),
            replaced: kept.map_or(&[], |kept| kept.replaced()),
            failure: detail.and_then(|detail| detail.failure.as_deref()),
        });
    }

    /// Tells every reader; one that panics is not asked again.
    pub(crate) fn tell(&self, event: &Event<'_>) {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        readers.retain(|reader| {
            let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
            caught(|| reader.read(event)).is_ok()
        });
    }
}
