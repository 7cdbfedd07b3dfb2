//! Writes a run down as it goes: what happens to nodes becomes records of its journal, in an order in which it can
//! happen.

use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::core::Core;
use super::family::Family;
use super::graph::as_u32;
use super::snapshot::{known_children, node_state};
use crate::journal::{ChildrenMade, Details, Log, NodeRecord, NotRecorded, Place, Record, Started};
use crate::plan::Wanted;
use crate::runs::{Directory, Ended, Journalled, Runs, StoredRuns};
use crate::state::State;

/// Writes one run down.
pub(crate) struct Recorder {
    log: Log,
    /// Whether what depends on a node waits until its end is safe: in a slice, whose process may be gone at any time.
    strict: bool,
    /// Where the journal lies; held while the run is driven.
    directory: Mutex<Option<Directory>>,
    /// Set under the lock of the directory: after that nothing is written.
    has_ended: AtomicBool,
    /// Where other runs lie, on this machine and in the store, and how many of them stay.
    runs: Option<Runs>,
    stored: Option<StoredRuns>,
    /// The number of the next part of its log, where the store keeps it.
    parts: Option<Arc<Mutex<u64>>>,
    keep: usize,
}

impl Recorder {
    pub(crate) fn new(
        journalled: Journalled,
        runs: Option<Runs>,
        stored: Option<StoredRuns>,
        keep: usize,
        strict: bool,
    ) -> Self {
        Self {
            log: journalled.log,
            strict,
            directory: Mutex::new(journalled.directory),
            has_ended: AtomicBool::new(false),
            runs,
            stored,
            parts: journalled.parts,
            keep,
        }
    }

    /// Writes down that a body is about to start.
    ///
    /// # Errors
    ///
    /// If that cannot be written: it must not start, for nobody would know that it had.
    pub(crate) fn started(&self, core: &Core, node: usize, attempt: u32) -> Result<(), NotRecorded> {
        let (Place { node, child }, _) = named(core, node);
        self.log
            .append(&Record::Started(Started { node, child, attempt }));
        self.flush(core)
    }

    /// Appends what a body has left to the next attempt. Appended under the lock of the node's story, it comes before all that is
    /// told of the node after the attempt.
    pub(crate) fn append_details(&self, core: &Core, node: usize, details: &[u8]) {
        let (Place { node, child }, _) = named(core, node);
        self.log.append(&Record::Details(Details {
            node,
            child,
            details: details.to_vec().into(),
        }));
    }

    /// Returns when what was appended is as safe as it is to be.
    ///
    /// # Errors
    ///
    /// If it cannot be written; the run stops.
    pub(crate) fn sync(&self, core: &Core) -> Result<(), NotRecorded> {
        self.log.sync().inspect_err(|_| stop(core))
    }

    /// Writes down what a node is now.
    pub(crate) fn node(&self, core: &Core, node: usize) {
        let mut state = node_state(core, node);
        let unrecorded = core
            .story(node)
            .map_or(0, |mut story| std::mem::take(&mut story.unrecorded));
        let (place, key) = named(core, node);
        let record = NodeRecord::newer(place, &mut state, unrecorded).keyed(key);
        self.log.append(&Record::Node(Box::new(record)));
        let written = if self.strict { self.log.sync() } else { Ok(()) };
        if written.is_err() {
            stop(core);
        }
    }

    /// Writes down that a `for` has made its children, with what is known of them that the journal does not say.
    ///
    /// # Errors
    ///
    /// If it cannot be written; the run stops.
    pub(crate) fn children(&self, core: &Core, family: &Family, unsaid: bool) -> Result<(), NotRecorded> {
        let total = u64::try_from(family.len()).unwrap_or(u64::MAX);
        let made = ChildrenMade::new(as_u32(family.node), total, family.digest);
        self.log.append(&Record::Children(made));
        if unsaid {
            let node = as_u32(family.node);
            for (child, of) in known_children(core, family) {
                let child = Some(child);
                self.log.append(&Record::child(Place { node, child }, &of));
            }
        }
        self.flush(core)
    }

    /// Sees that what was appended is written: before its worker has nothing to do, or a body goes on that relies on it.
    ///
    /// # Errors
    ///
    /// If it cannot be written; the run stops.
    pub(crate) fn flush(&self, core: &Core) -> Result<(), NotRecorded> {
        self.log.flush().inspect_err(|_| stop(core))
    }

    /// Writes down that what runs is left on purpose; whether it is written.
    #[cfg(feature = "cli")]
    pub(crate) fn halt(&self) -> bool {
        let directory = self.directory.lock().unwrap_or_else(PoisonError::into_inner);
        if self.has_ended.load(Ordering::Relaxed) {
            // Another process may drive it by now.
            return true;
        }
        self.log.append(&Record::Halted);
        let is_written = self.log.sync().is_ok();
        if let Some(directory) = directory.as_ref().filter(|_| !is_written) {
            directory.leave();
        }
        is_written
    }

    /// The run has ended or stopped in this state. Sees that everything is as safe as it is to be, removes old runs, and
    /// lets go of the run: another process may drive it from here on.
    ///
    /// # Errors
    ///
    /// If something could not be written.
    pub(crate) async fn end(&self, core: &Core, state: &State) -> Result<(), NotRecorded> {
        let directory = {
            let mut directory = self.directory.lock().unwrap_or_else(PoisonError::into_inner);
            self.has_ended.store(true, Ordering::Relaxed);
            directory.take()
        };
        self.log.end()?;
        if !state.kind.is_finished() {
            return Ok(());
        }
        let (run, flow) = (core.info.id.as_str(), core.spec.path());
        let ended = Ended {
            flow: flow.clone(),
            state: state.kind.name().to_owned(),
            at: Timestamp::now(),
        };
        // The journal says the same to who takes the time to read it, and old runs can be removed later.
        if let Some(directory) = &directory {
            let _ = directory.end(&ended);
        }
        if let Some(stored) = &self.stored {
            let parts = self.parts.as_ref();
            let parts = parts.map(|parts| *parts.lock().unwrap_or_else(PoisonError::into_inner));
            let _ = stored.end(run, &ended, parts, self.keep).await;
        }
        let is_here = directory.is_some();
        drop(directory);
        if let Some(runs) = self.runs.as_ref().filter(|_| is_here) {
            let _ = runs.prune_behind(run, &flow, self.keep);
        }
        Ok(())
    }
}

/// By which a journal names a node, and the key of a child that has one.
fn named(core: &Core, node: usize) -> (Place, Option<&str>) {
    let Some((family, index)) = core.families.child(node) else {
        return (as_u32(node).into(), None);
    };
    let place = Place {
        node: as_u32(family.node),
        child: u64::try_from(index).ok(),
    };
    (place, family.key(index))
}

/// A body does not start, for that cannot be written down: on its way through a call.
#[derive(Debug, thiserror::Error)]
#[error("its start cannot be recorded")]
pub(crate) struct Unrecorded(#[source] pub(crate) NotRecorded);

/// A run that cannot be written down does not go on.
fn stop(core: &Core) {
    core.want(Wanted::Stopping, "a journal that cannot be written");
}
