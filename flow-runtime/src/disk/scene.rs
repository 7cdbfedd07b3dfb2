//! A flow with results of every kind, runs of it that are watched, and what has to be true of a run that goes on after a
//! disaster.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::Written;
use super::watch::Watch;
use crate::event::Event;
use crate::{
    BoxError, Budget, Context, Durability, OutputFile, Run, RunError, RunState, Runner, RunsError, Slice,
    SliceError, StateType, flow, task,
};

#[task(target = "seed.txt")]
fn seed(salt: u64) -> u64 {
    salt * 7
}

/// Too large for the journal.
#[task]
fn table(seed: u64) -> Vec<u64> {
    (0..1400).map(|row| row * seed).collect()
}

#[task(retries = 1)]
fn shaky(seed: u64, cx: &Context) -> Result<u64, BoxError> {
    match cx.attempt() {
        1 => Err("not yet".into()),
        _ => Ok(seed + 1),
    }
}

#[task(target = "totals/<task_name>.json")]
async fn total(table: &[u64]) -> u64 {
    tokio::task::yield_now().await;
    table.iter().sum()
}

#[task(checkpoint = false)]
fn passing(table: &[u64]) -> usize {
    table.len()
}

#[task]
fn counted(rows: usize) -> usize {
    rows
}

/// Written by its body, which this disk sees as it sees everything.
fn written(cx: &Context, text: &str) -> io::Result<OutputFile> {
    let file = cx.output()?;
    Written::create_new(file.path().to_owned())?.write_all(text.as_bytes())?;
    Ok(file)
}

#[task(target = "dumps/<task_name>.sql")]
fn dump(seed: u64, cx: &Context) -> io::Result<OutputFile> {
    written(cx, &format!("dump {seed}"))
}

/// Among the run's own files.
#[task]
fn scratch(seed: u64, cx: &Context) -> io::Result<OutputFile> {
    written(cx, &format!("scratch {seed}"))
}

#[task]
fn compared(dump: &OutputFile, scratch: &OutputFile) -> Result<(), BoxError> {
    match (&*fs::read_to_string(dump)?, &*fs::read_to_string(scratch)?) {
        ("dump 21", "scratch 21") => Ok(()),
        others => Err(format!("{others:?}").into()),
    }
}

#[task(target = "reports/<shaky>.txt")]
fn report(shaky: u64, total: u64) -> String {
    format!("{shaky} {total}\n")
}

flow! {
    pub(super) fn scene(salt: u64) -> String {
        a = seed(salt);
        b = table(a);
        c = shaky(a);
        d = total(b);
        e = passing(b);
        f = counted(e);
        h = dump(a);
        i = scratch(a);
        j = compared(h, i);
        g = report(c, d, upstream: [f, j]);
        g
    }
}

pub(super) const SALT: u64 = 3;

/// What its targets hold.
pub(super) const FILES: [(&str, &str); 4] = [
    ("seed.txt", "21"),
    ("dumps/dump.sql", "dump 21"),
    ("totals/total.json", "20565300\n"),
    ("reports/22.txt", "22 20565300\n"),
];

pub(super) const NODES: [&str; 10] = ["a", "b", "c", "d", "e", "f", "h", "i", "j", "g"];

/// The nodes whose results are found in their targets, whatever becomes of the journal.
const WITH_TARGET: [&str; 4] = ["a", "d", "g", "h"];

/// The node whose result goes with its process.
pub(super) const PASSING: &str = "e";

/// What a run has told.
#[derive(Debug, Default, Clone)]
pub(super) struct Told {
    /// Nodes whose bodies ran to a success.
    pub(super) ran: BTreeSet<&'static str>,
    pub(super) notes: Vec<String>,
}

/// How a run is driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// To its end at once.
    Whole,
    /// Two attempts at a time, each answer the next one's message.
    Slices,
}

/// A store, and who watches it.
pub(super) struct Scene<'a> {
    pub(super) root: &'a Path,
    pub(super) durability: Durability,
    pub(super) watch: Option<Arc<Watch>>,
}

/// How a run went.
pub(super) struct Went {
    pub(super) told: Told,
    /// Whether it was reported a success; else why not.
    pub(super) ended: Result<(), String>,
    /// Whether it said that it could not be recorded.
    pub(super) unrecorded: bool,
}

impl Scene<'_> {
    fn runner(&self, told: &Arc<Mutex<Told>>) -> Runner {
        let (told, watch) = (Arc::clone(told), self.watch.clone());
        let reader = move |event: &Event<'_>| {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            match event {
                Event::RunStarted { notes, .. } => told.notes.extend(notes.iter().cloned()),
                Event::NodeEnded { node, state, .. } => {
                    if state.kind == StateType::Success {
                        told.ran.insert(node.name);
                    }
                    if let Some(watch) = watch.as_ref().filter(|_| state.kind.has_value()) {
                        watch.tell(node.name);
                    }
                }
                Event::RunEnded { state, .. } if state.kind == StateType::Success => {
                    if let Some(watch) = &watch {
                        watch.tell(ENDED);
                    }
                }
                _ => {}
            }
        };
        Runner::new()
            .store(self.root.join("results"))
            .durability(self.durability)
            .jobs(1)
            .reader(reader)
    }

    /// Runs it anew.
    pub(super) fn run(&self, manner: Manner) -> Went {
        let told = Arc::default();
        let runner = self.runner(&told);
        let ended = match manner {
            Manner::Whole => whole(runner.run(scene(SALT))),
            Manner::Slices => slices(&runner, None),
        };
        went(&told, ended)
    }

    /// Goes on with what is recorded, as `resume` does; without that it is run anew, as `run` would.
    pub(super) fn go_on(&self, manner: Manner) -> Went {
        let told = Arc::default();
        let runner = self.runner(&told);
        let ended = match (runner.recorded("latest"), manner) {
            (Ok(state), Manner::Whole) => match scene::restore(state) {
                Ok(restored) => whole(runner.resume(restored)),
                Err(error) => Err((error.to_string(), false)),
            },
            (Ok(state), Manner::Slices) => slices(&runner, Some(state)),
            (Err(RunsError::None), Manner::Whole) => whole(runner.run(scene(SALT))),
            (Err(RunsError::None), Manner::Slices) => slices(&runner, None),
            (Err(error), _) => Err((crate::failure::chain(&error), false)),
        };
        went(&told, ended)
    }

    /// The nodes that are recorded as successes.
    pub(super) fn recorded(&self) -> BTreeSet<&'static str> {
        let runner = Runner::new().store(self.root.join("results"));
        let Ok(state) = runner.recorded("latest") else {
            return BTreeSet::new();
        };
        successes(&state)
    }

    /// What is wrong with a run that went on so, where these nodes were safe.
    pub(super) fn check(&self, went: &Went, safe: &BTreeSet<&'static str>) -> Result<(), String> {
        if let Err(why) = &went.ended {
            return Err(format!("it did not go on: {why}"));
        }
        let mut lost = safe.intersection(&went.told.ran).filter(|node| **node != PASSING);
        if let Some(node) = lost.next() {
            return Err(format!("`{node}` was safe, and its body ran again"));
        }
        for (file, expected) in FILES {
            let file = self.root.join("results").join(file);
            let found = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            if found != expected {
                return Err(format!("{} holds {found:?}", file.display()));
            }
        }
        Ok(())
    }
}

/// The nodes that are successes in a state.
pub(super) fn successes(state: &RunState) -> BTreeSet<&'static str> {
    let has_value = |name: &&str| {
        let node = state.node(name);
        node.is_some_and(|node| node.state().kind.has_value())
    };
    NODES.into_iter().filter(has_value).collect()
}

/// What is told when the run has ended well.
pub(super) const ENDED: &str = "ended";

/// Which nodes are safe, after all that was told: in slices a node that ended, else what has a target, and everything once
/// the run has ended.
pub(super) fn safe(manner: Manner, told: &[&'static str]) -> BTreeSet<&'static str> {
    let has_ended = told.contains(&ENDED);
    let is_safe = |node: &&'static str| {
        **node != *ENDED && (has_ended || manner == Manner::Slices || WITH_TARGET.contains(node))
    };
    told.iter().copied().filter(is_safe).collect()
}

fn went(told: &Mutex<Told>, ended: Result<(), (String, bool)>) -> Went {
    let told = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let unrecorded = matches!(ended, Err((_, true)));
    Went {
        told,
        ended: ended.map_err(|(why, _)| why),
        unrecorded,
    }
}

fn whole<F: crate::Flow<Output = String>>(ended: Result<Run<F>, RunError<F>>) -> Result<(), (String, bool)> {
    match ended {
        Ok(run) => output(run.output()),
        Err(error) => Err((error.to_string(), matches!(error, RunError::NotRecorded(..)))),
    }
}

fn output(found: &str) -> Result<(), (String, bool)> {
    let expected = FILES[3].1;
    if found == expected {
        Ok(())
    } else {
        Err((format!("its output is {found:?}"), false))
    }
}

fn slices(runner: &Runner, from: Option<RunState>) -> Result<(), (String, bool)> {
    let wrong = |error: SliceError| {
        let unrecorded = matches!(error, SliceError::NotRecorded(_));
        (crate::failure::chain(&error), unrecorded)
    };
    let mut message = from.map(|state| state.to_json());
    for _ in 0..20 {
        let answer = match message {
            None => runner.slice(scene(SALT), Budget::tasks(2)),
            Some(json) => {
                let state = RunState::from_json(json).and_then(scene::restore);
                runner.slice(
                    state.map_err(|error| (error.to_string(), false))?,
                    Budget::tasks(2),
                )
            }
        };
        match answer.map_err(wrong)? {
            Slice::CallAgain { state, .. } => message = Some(state.to_json()),
            Slice::Finished(run) if run.state().kind == StateType::Success => return output(run.output()),
            Slice::Finished(run) => return Err((format!("{run:?}"), false)),
        }
    }
    Err(("it does not come to an end".to_owned(), false))
}
