//! The run that a campaign is at: its place, and what is known of it.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use flow_runtime::state::RunState;
use flow_runtime::store::{Blocking, LocalStore};
use flow_runtime::{Digest, Runner, RunsError};
use tempfile::TempDir;

use super::expected::{Target, targets};
use super::tally::Manner;
use super::witnesses::Witnesses;

/// A run, what is known of it, and the place of it all.
pub(super) struct Current {
    pub(super) directory: TempDir,
    pub(super) salt: u64,
    pub(super) targets: Vec<Target>,
    /// Its id, once it is recorded.
    pub(super) run: Option<String>,
    /// Its recorded successes.
    pub(super) recorded: BTreeSet<String>,
    /// The nodes that have failed, which `resume` tries anew.
    pub(super) failed: BTreeSet<String>,
    pub(super) witnesses: Witnesses,
    /// Whether the run has ended, as a node had failed.
    pub(super) has_failed: bool,
    /// The state that the last slice answered, and the one before.
    pub(super) messages: Vec<String>,
}

impl Current {
    pub(super) fn new(salt: u64) -> io::Result<Self> {
        let memory = Path::new("/dev/shm");
        Ok(Self {
            directory: tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir())?,
            salt,
            targets: targets(salt),
            run: None,
            recorded: BTreeSet::new(),
            failed: BTreeSet::new(),
            witnesses: Witnesses::default(),
            has_failed: false,
            messages: Vec::new(),
        })
    }

    pub(super) fn store(&self) -> PathBuf {
        self.directory.path().join("results")
    }

    /// Where its runs are recorded: in the store, or below the state directory.
    pub(super) fn runs(&self) -> PathBuf {
        let state = self.directory.path().join("state");
        if state.exists() {
            return state.join(&Digest::of(b"early").to_string()[..32]);
        }
        self.store()
    }

    pub(super) fn log(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    /// What is recorded of the run. A store that is no directory knows runs only by their ids, which messages tell.
    pub(super) fn recorded(&self, manner: Manner) -> Result<Option<RunState>, RunsError> {
        let recorded = if manner == Manner::Elsewhere {
            let Some(message) = self.messages.last() else {
                return Ok(None);
            };
            let state = RunState::from_json(message).ok();
            let run = state.as_ref().and_then(RunState::run_id).unwrap_or_default();
            let store = Blocking::new(LocalStore::new(self.store()));
            Runner::new().store_in(store).recorded(run)
        } else {
            Runner::new().store(self.runs()).recorded("latest")
        };
        match recorded {
            Ok(state) => Ok(Some(state)),
            Err(RunsError::None) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes an answer as the next message. An old message that is delivered again is answered by the newest state, and
    /// still is an old one.
    pub(super) fn take(&mut self, answer: String) -> Result<(), String> {
        let answered = RunState::from_json(&answer).map_err(|error| format!("{error}: {answer}"))?;
        let newest = self
            .messages
            .last()
            .and_then(|last| RunState::from_json(last).ok());
        if newest.is_none_or(|newest| newest.slice() < answered.slice()) {
            self.messages.push(answer);
        }
        Ok(())
    }
}
