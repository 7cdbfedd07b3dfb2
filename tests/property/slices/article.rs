//! The article's handler: a hook ends the run when so many nodes have finished, what that has cancelled is opened again,
//! and the next call goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use flow_runtime::state::RunState;
use flow_runtime::{NodeInfo, Signal, State, StateType};

use crate::random::Random;
use crate::rules::hook::Hook;
use crate::rules::observed::Observed;
use crate::rules::perform;
use crate::rules::reference::reference;
use crate::rules::script::{Node, Script};

use super::cut::{Allowed, Cut};
use super::judge;
use super::place::Place;
use super::play::{Answer, slice};
use super::wire;

/// All that there is to do.
const ALL: Allowed = Allowed {
    tasks: None,
    time: None,
};

/// A flow in which nobody else cancels anything, nor has a say in what the handler cancels.
pub(super) fn suited(script: &mut Script, random: &mut Random) {
    // What runs beside the node that ends the run, and fails, is told to be Cancelled, and not to be repeated.
    let side_by_side = random.one_in(2);
    if !side_by_side {
        script.manner.jobs = 1;
    }
    script.manner.is_watched = false;
    let is_calm = |hook: &Hook| !side_by_side && hook.to != StateType::Cancelled;
    for node in &mut script.nodes {
        node.asynchronous &= side_by_side;
        let [first, second] = node.of_run;
        node.own = node.own.filter(is_calm);
        node.of_run = [first.filter(is_calm), second.filter(is_calm)];
    }
    loop {
        let fates = reference(script, None);
        let is_odd = |state: StateType| state == StateType::Cancelled;
        let Some(odd) = fates
            .iter()
            .position(|fate| is_odd(fate.state) || fate.is_endless)
        else {
            return;
        };
        let Node {
            own, of_run, ends, ..
        } = &mut script.nodes[odd];
        (*own, *of_run) = (None, [None, None]);
        ends.clear();
    }
}

/// Whether the script comes to what the reference says when a hook ends it again and again.
///
/// # Errors
///
/// The first difference.
pub(super) fn agrees(script: &Script, cut: Cut) -> Result<(), String> {
    let place = Place::new(cut.kind).map_err(|error| error.to_string())?;
    let mut script = script.clone();
    if cut.has_files {
        judge::leave_files(&mut script, &place)?;
    }
    let fates = reference(&script, None);
    if (fates.iter()).any(|fate| fate.is_endless || fate.state == StateType::Cancelled) {
        return Ok(());
    }
    let mut random = Random::new(cut.seed);
    let most = 1 + random.below(3);
    let observed = Arc::new(Observed::new(script.clone(), script.build()));
    let mut state = None;
    let mut calls = 0;
    let ended = loop {
        calls += 1;
        let finished = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&finished);
        let end = move |_: &NodeInfo<'_>, old: &State, new: &State| {
            if new.kind != StateType::Running {
                let has_run = old.kind == StateType::Running && new.kind.is_finished();
                count.fetch_add(usize::from(has_run), Ordering::SeqCst);
                return None;
            }
            (count.load(Ordering::SeqCst) >= most).then(|| Signal::end_run("enough for this call"))
        };
        let runner = perform::options(place.runner(), &observed).on_state(end);
        let runner = if calls == 1 || cut.gives_always {
            perform::given(runner, &observed)
        } else {
            runner
        };
        let answer = slice(&runner, &observed, state, ALL)?;
        if let Some(violation) = observed.violations.lock().unwrap().first() {
            return Err(violation.clone());
        }
        let answered = match answer {
            Answer::Finished(ended) if !is_cut(&ended.state) => break ended,
            Answer::Finished(ended) if finished.load(Ordering::SeqCst) < most => {
                return Err(format!(
                    "it was ended before {most} had finished: {:?}",
                    ended.state
                ));
            }
            Answer::Finished(ended) => ended.state,
            Answer::Again { state, .. } => state,
        };
        let message = wire::sent(&answered.reopen(), &mut random)?;
        state = Some(wire::received(&message, &mut random)?);
    };
    let most = judge::most_slices(&fates, &script, &|_| true);
    if calls > most {
        return Err(format!("{calls} calls for {most} attempts"));
    }
    judge::came_to(&script, &fates, &ended, &observed)?;
    judge::is_missed(&fates, &ended)
}

/// Whether the handler has ended the run before its end.
fn is_cut(state: &RunState) -> bool {
    state
        .nodes()
        .any(|node| node.state().kind == StateType::Cancelled)
}
