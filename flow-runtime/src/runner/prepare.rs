//! From a flow and the options of its runner to a run that is ready to be driven: what it goes on from, where its
//! results lie, what records it.

use core::any::Any;
use std::fs::File;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use super::before::{Before, begin, begin_again, retry};
use super::children::{forgotten, published, recorded};
use super::opening::{Opening, open};
use super::place::Place;
use super::{Runner, time};
use crate::budget::Budget;
use crate::error::StartError;
use crate::event::Readers;
use crate::executor::{Branches, Core, Frame, Info, Keeper, Purse, Recorder, Settings};
use crate::failure::causes;
use crate::run_id::RunId;
use crate::runs::{Journalled, RunsError};
use crate::slot::Held;
use crate::spec::FlowSpec;
use crate::state::{Fitted, NodeState, StateError, one_more, stored_time};

/// What a run is driven for.
#[derive(Debug, Clone, Copy)]
pub struct Drive {
    /// Where it starts, if no state is given.
    pub(crate) begin: Begin,
    /// What this invocation may use.
    pub(crate) budget: Option<Budget>,
    /// Whether what depends on a node waits until its end is safe.
    pub(crate) is_slice: bool,
    /// Whether what failed in a run that has ended is tried anew.
    pub(crate) retries: bool,
}

/// Where a run starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "cli"),
    allow(dead_code, reason = "the library's `run` is always a new one")
)]
pub(crate) enum Begin {
    /// It is a new one.
    New,
    /// It is the latest one of its identity that can go on; a new one where there is none.
    Continued,
    /// It is a new one that takes from the latest of its identity what does not depend on this node.
    From(usize),
}

impl Drive {
    /// A new run to its end.
    pub(crate) const RUN: Self = Self {
        begin: Begin::New,
        budget: None,
        is_slice: false,
        retries: false,
    };

    /// The same for one that has ended: what failed is tried anew.
    pub(crate) const RESUME: Self = Self {
        retries: true,
        ..Self::RUN
    };

    /// A slice with this budget.
    pub(crate) const fn slice(budget: Budget) -> Self {
        Self {
            budget: Some(budget),
            is_slice: true,
            ..Self::RUN
        }
    }
}

impl Runner {
    /// Makes a run ready. From here on it is this process's, where it is recorded.
    ///
    /// # Errors
    ///
    /// If it cannot start; nothing ran.
    pub(crate) fn prepare(
        &self,
        spec: &'static FlowSpec,
        params: Box<dyn Any + Send + Sync>,
        from: Option<Fitted>,
        drive: &Drive,
    ) -> Result<Arc<Core>, StartError> {
        self.force.check(spec)?;
        let mut force = self.force.clone();
        let mut remarks = Vec::new();
        let starting = self.starting(from.is_none(), drive);
        let from = match from {
            Some(from) => Some(from),
            None => self.earlier(spec, &*params, drive.begin, &mut force, &mut remarks)?,
        };
        let given = self.given_of(spec)?;
        let is_new = from.is_none();
        let (head, mut nodes, mut children) =
            from.map_or_else(Default::default, |from| (from.head, from.nodes, from.children));
        let mut info = if let Some(head) = head {
            // Its journal may know more of the nodes: what is to be checked of them has to wait.
            Info::of(*head)
        } else {
            check_timeouts(spec, &nodes, drive)?;
            self.new_info(spec)?
        };
        let place = self.place(spec)?;
        goes_on(place.as_ref().filter(|_| !is_new), spec, &info)?;
        let (journalled, mut before) = self.take(spec, place.as_ref(), &info, drive, &mut remarks)?;
        let base = info.slice;
        if let Some(before) = &before {
            remarks.extend(before.torn(journalled.as_ref().and_then(Journalled::damaged)));
            info.slice = info.slice.max(before.slice);
        }
        info.slice = one_more(info.slice);
        // A run that begins now goes on from nothing, and has no list of it.
        if !nodes.is_empty() || before.is_some() {
            nodes.resize_with(spec.nodes.len(), || None);
        }
        if let Some(before) = &mut before {
            children.extend(core::mem::take(&mut before.children));
        }
        published(spec, place.as_ref(), &mut nodes, &mut children, &mut remarks);
        let unsaid = begin(&mut nodes, before.as_ref(), base, journalled.is_some());
        let (retried, children_again) = if drive.retries && !nodes.is_empty() {
            retry(spec, &mut nodes, &mut children)
        } else {
            Default::default()
        };
        let told: Vec<usize> = children.keys().copied().collect();
        let is_recorded = journalled.is_some();
        let keeper = place.as_ref().map(|place| {
            // What a slice leaves behind the next one finds.
            let spill = place.spill(&info.id, is_recorded, is_recorded || drive.is_slice);
            let store = Arc::clone(&place.store);
            Keeper::new(spec, store, place.shown.clone(), spill, force, &*params)
        });
        let frame = Frame {
            spec,
            params: &*params,
            info: &info,
            families: None,
            branches: &Branches::new(spec, &nodes),
        };
        let again = begin_again(frame, keeper.as_ref(), &mut nodes, &mut children, &given, retried);
        check_timeouts(spec, &nodes, drive)?;
        let recorder = match journalled {
            None => None,
            Some(journalled) => {
                let again = again.into_iter();
                let opening = Opening {
                    spec,
                    head: &info
                        .head(spec, &*params)
                        .map_err(|source| of_parameter(spec, source))?,
                    before: before.as_ref(),
                    base,
                    unsaid: &unsaid,
                    again: again
                        .filter_map(|node| Some((node, nodes[node].as_ref()?)))
                        .collect(),
                    children: recorded(&children, &children_again),
                    forgotten: forgotten(told, &children),
                };
                Some(self.recorder(journalled, &opening, place.as_ref(), &info, drive)?)
            }
        };
        // From here on who looks for the run finds it.
        drop(starting);
        let core = Arc::new(Core::new(Settings {
            spec,
            params,
            info,
            keeper,
            readers: Readers::new(&self.readers),
            given,
            restored: nodes,
            children,
            hooks: self.hooks.clone(),
            limits: self.limits.clone(),
            purse: drive.budget.map(|budget| Purse::new(&budget, Instant::now())),
            recorder,
            remarks,
            is_published: drive.is_slice,
            most_deaths: self.deaths,
            fail_fast: self.fail_fast,
        }));
        if let Some(switch) = &self.switch {
            switch.add(&core);
        }
        Ok(core)
    }

    /// What writes a run down, once it is written what it goes on from.
    fn recorder(
        &self,
        journalled: Journalled,
        opening: &Opening<'_>,
        place: Option<&Place>,
        info: &Info,
        drive: &Drive,
    ) -> Result<Recorder, StartError> {
        let spec = opening.spec;
        let stored = place.and_then(|place| place.stored.clone());
        let written = open(&journalled.log, opening);
        written.map_err(|error| in_place(spec, journalled.unwritable(info.id.as_str(), &error)))?;
        journalled.has_begun().map_err(|error| in_place(spec, error))?;
        let runs = place.and_then(|place| place.runs.clone());
        Ok(Recorder::new(journalled, runs, stored, self.keep, drive.is_slice))
    }

    /// The results that were set by hand, by node.
    fn given_of(&self, spec: &'static FlowSpec) -> Result<Vec<(usize, Held)>, StartError> {
        self.given.iter().map(|given| given.of(spec)).collect()
    }

    /// Keeps other processes from looking for a run that goes on while this one does, and may start one. Where that cannot be
    /// had, neither can a run be recorded that they would find.
    fn starting(&self, is_new: bool, drive: &Drive) -> Option<File> {
        let looks = is_new && drive.begin == Begin::Continued && self.durability.is_recorded();
        let runs = self.runs().filter(|_| looks)?;
        runs.starting().ok()
    }

    /// Takes the run for this process, where it is recorded, and reads what its journal says.
    fn take(
        &self,
        spec: &'static FlowSpec,
        place: Option<&Place>,
        info: &Info,
        drive: &Drive,
        notes: &mut Vec<String>,
    ) -> Result<(Option<Journalled>, Option<Before>), StartError> {
        let Some(place) = place.filter(|_| self.durability.is_recorded()) else {
            return Ok((None, None));
        };
        let driven = match (&place.stored, &place.runs) {
            // Its next process may be on another machine.
            (Some(stored), _) if drive.is_slice => stored.drive(info.id.as_str()),
            (_, Some(runs)) => runs.drive(info.id.as_str(), self.durability.is_full()),
            (_, None) => return Ok((None, None)),
        };
        let (journalled, recorded) = match driven {
            Ok(driven) => driven,
            // What is in the store can be had from one that cannot be written; what has to be written tells.
            Err(error) if info.slice == 0 && !drive.is_slice && !self.durability.is_full() => {
                notes.push(format!(
                    "this run is not recorded, and cannot go on in another process: {}",
                    causes(&error).join(": ")
                ));
                return Ok((None, None));
            }
            Err(error) => return Err(in_place(spec, error)),
        };
        let before = recorded.map(|recorded| Before::new(recorded, spec)).transpose();
        Ok((
            Some(journalled),
            before.map_err(|source| from_state(spec, source))?,
        ))
    }

    /// What identifies a run that starts now.
    pub(super) fn new_info(&self, spec: &'static FlowSpec) -> Result<Info, StartError> {
        let now = stored_time(Timestamp::now());
        let (time, asked) = time::resolve(spec, self.time.as_ref(), self.zone.as_deref(), now)?;
        Ok(Info::new(RunId::now(now), time, asked, now))
    }
}

/// Takes back in the store that a run has ended, before anything of it is read: from here on nobody removes it. Where its start fails
/// after this, it stays until it ends again.
fn goes_on(place: Option<&Place>, spec: &'static FlowSpec, info: &Info) -> Result<(), StartError> {
    let Some(stored) = place.and_then(|place| place.stored.as_ref()) else {
        return Ok(());
    };
    let goes_on = stored.goes_on(info.id.as_str(), &spec.path());
    goes_on.map_err(|error| in_place(spec, error))
}

fn in_place(spec: &'static FlowSpec, source: RunsError) -> StartError {
    StartError::Runs {
        flow: spec.name,
        source,
    }
}

fn from_state(spec: &'static FlowSpec, source: StateError) -> StartError {
    StartError::FromState {
        flow: spec.name,
        source,
    }
}

/// The head of a run says its parameters, and nothing else of it can be wrong.
pub(super) fn of_parameter(spec: &'static FlowSpec, source: StateError) -> StartError {
    StartError::Parameter {
        flow: spec.name,
        source,
    }
}

/// An attempt that may take longer than the whole budget would never start.
fn check_timeouts(
    spec: &'static FlowSpec,
    nodes: &[Option<NodeState>],
    drive: &Drive,
) -> Result<(), StartError> {
    let now = Instant::now();
    let Some(deadline) = drive.budget.and_then(|budget| budget.deadline(now)) else {
        return Ok(());
    };
    let time = deadline.saturating_duration_since(now);
    let has_ended = |node: usize| {
        let state = nodes.get(node).and_then(Option::as_ref);
        state.is_some_and(|state| state.state.kind.is_finished())
    };
    for (index, node) in spec.nodes.iter().enumerate() {
        if has_ended(index) {
            continue;
        }
        let timeouts = node.arms().iter().filter_map(|arm| arm.rules().timeout);
        if let Some(timeout) = timeouts.max().filter(|timeout| *timeout > time) {
            return Err(StartError::Budget {
                flow: spec.name,
                node: node.name,
                timeout,
                time,
            });
        }
    }
    Ok(())
}
