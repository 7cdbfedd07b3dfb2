//! Whether a run that was cut into slices came to what the reference says.

use std::sync::Arc;

use flow_runtime::Runner;
use flow_runtime::StateType::{Cached, Success};

use crate::rules::agree;
use crate::rules::fate::Fate;
use crate::rules::hook::{self, Missed};
use crate::rules::observed::Observed;
use crate::rules::perform;
use crate::rules::reference::reference;
use crate::rules::script::{Launch, Script, Target};

use super::broken::Broken;
use super::cut::{Budgets, Cut, Deliveries};
use super::place::Place;
use super::play::{Ended, Play};

/// Whether the script, cut so, comes to what the reference says.
///
/// # Errors
///
/// The first difference.
pub(super) fn agrees(script: &Script, cut: Cut, broken: Option<Broken>) -> Result<(), String> {
    if reference(script, None).iter().any(|fate| fate.is_endless) {
        return Ok(());
    }
    let place = Place::new(cut.kind).map_err(|error| error.to_string())?;
    let mut script = script.clone();
    if cut.has_files {
        leave_files(&mut script, &place)?;
    }
    let fates = reference(&script, None);
    let observed = Arc::new(Observed::new(script.clone(), script.build()));
    let mut play = Play::new(&script, cut, observed, place).broken(broken);
    let ended = play.finish(None)?;
    let charged = if broken == Some(Broken::ChargesCached) {
        play.told().cached
    } else {
        0
    };
    if cut.seed.is_multiple_of(4) && !cut.has_files {
        as_one_run(&script, &ended)?;
    }
    spends_no_slice(&script, cut, &fates, play.slices - 1 + charged)?;
    came_to(&script, &fates, &ended, &play.observed)?;
    is_missed(&fates, &ended)
}

/// Whether a run in one process comes to the same, if nothing in it waits for another one.
fn as_one_run(script: &Script, ended: &Ended) -> Result<(), String> {
    let mut whole = script.clone();
    whole.manner.launch = Launch::Here;
    let came = perform::perform_in(&whole, Runner::in_memory())?;
    if came.run.is_pending() || came == ended.came {
        return Ok(());
    }
    Err(format!("one run comes to {came:?}, slices to {:?}", ended.came))
}

/// Has an earlier run of the same flow leave its files; they are found where nothing else decides.
pub(super) fn leave_files(script: &mut Script, place: &Place) -> Result<(), String> {
    let mut earlier = script.clone();
    earlier.manner.launch = Launch::Here;
    let fates = reference(&earlier, None);
    let came = perform::perform_in(&earlier, place.runner())?;
    agree::agrees(&earlier, &came, None).map_err(|difference| format!("the earlier run: {difference}"))?;
    for (node, fate) in script.nodes.iter_mut().zip(fates) {
        let is_left = node.target().is_some() && fate.state == Success;
        node.found = fate.value.filter(|_| is_left).map(|value| (1, value));
    }
    Ok(())
}

/// Whether slices of one attempt are no more than there are attempts; what needs no body is free.
fn spends_no_slice(script: &Script, cut: Cut, fates: &[Fate], slices: usize) -> Result<(), String> {
    if cut.budgets != Budgets::One || cut.deliveries != Deliveries::Once {
        return Ok(());
    }
    let most = most_slices(fates, script, &|node| script.is_hooked(node));
    if slices <= most {
        Ok(())
    } else {
        Err(format!("{slices} slices for {most} attempts"))
    }
}

/// How many slices of one attempt there may be.
pub(super) fn most_slices(fates: &[Fate], script: &Script, is_hooked: &dyn Fn(usize) -> bool) -> usize {
    // What a hook decides in place of a body is only known when it is asked, and it is asked when there is something to
    // spend; before an argument tells what is there, it is asked too.
    let is_asked = |(node, fate): &(usize, &Fate)| {
        let is_behind = script.nodes[*node].target() == Some(Target::Argument);
        fate.state == Cached && is_behind && is_hooked(*node)
    };
    let found = fates.iter().enumerate().filter(is_asked).count();
    let bodies = fates.iter().map(|fate| fate.attempts.len() + fate.idle);
    (bodies.sum::<usize>() + found).max(1)
}

/// Whether all is as the reference says.
///
/// # Errors
///
/// The first difference.
pub(super) fn came_to(
    script: &Script,
    fates: &[Fate],
    ended: &Ended,
    observed: &Observed,
) -> Result<(), String> {
    agree::agrees(script, &ended.came, None)?;
    for (node, fate) in fates.iter().enumerate() {
        let attempts = observed.attempts(node);
        if attempts != fate.attempts {
            return Err(format!(
                "the body of n{node} saw the attempts {attempts:?}, and there were {:?}",
                fate.attempts
            ));
        }
    }
    let output = script.tail.and_then(|tail| fates[tail].value);
    if ended.output != output {
        return Err(format!(
            "the output is {:?}, and should be {output:?}",
            ended.output
        ));
    }
    Ok(())
}

/// Whether every hook on failures was called once, and told of every attempt.
pub(super) fn is_missed(fates: &[Fate], ended: &Ended) -> Result<(), String> {
    let run = ended.state.run_id().unwrap_or_default();
    let mut told = hook::missed_in(run);
    told.sort_by_key(|(node, _)| *node);
    let failures = fates.iter().enumerate();
    let expected: Vec<Missed> = failures
        .filter_map(|(node, fate)| Some((node, fate.failure.clone()?)))
        .collect();
    if told == expected {
        Ok(())
    } else {
        Err(format!(
            "hooks on failures were told {told:?}, and should be {expected:?}"
        ))
    }
}
