//! Results that only memory has (`checkpoint = false`): no later slice finds them, each that needs them makes them again.
//! Everything else is as ever, and nothing runs twice that has kept its result.

use std::sync::Arc;
use std::time::Duration;

use crate::random::Random;
use crate::rules::hook::{Answer, Hook, Say};
use crate::rules::observed::Observed;
use crate::rules::reference::reference;
use crate::rules::script::{End, Script};

use super::cut::Cut;
use super::judge;
use super::place::Place;
use super::play::Play;

/// Has some results live in memory only.
pub(super) fn suited(script: &mut Script, cut: &mut Cut, random: &mut Random) {
    for (node, of) in script.nodes.iter_mut().enumerate() {
        // The flow's output is to be there in the last slice.
        if script.tail == Some(node) || !random.one_in(3) {
            continue;
        }
        (of.checkpoint, of.target) = (false, None);
        // Two that are paused whenever they are made are never there at once, nor are two that wait for longer than a slice.
        of.rules.retry_delay = Duration::ZERO;
        of.ends
            .retain(|end| !matches!(end, End::Says(Say::Pause | Say::RetryAt, _)));
        let calm = |hook: &Hook| hook.answer != Answer::Says(Say::Pause);
        let [first, second] = of.of_run;
        of.own = of.own.filter(calm);
        of.of_run = [first.filter(calm), second.filter(calm)];
    }
    // What was given is in no message.
    cut.gives_always = true;
    cut.has_files = false;
}

/// Whether the script comes to what the reference says.
///
/// # Errors
///
/// The first difference.
pub(super) fn agrees(script: &Script, cut: Cut) -> Result<(), String> {
    let fates = reference(script, None);
    if fates.iter().any(|fate| fate.is_endless) {
        return Ok(());
    }
    let place = Place::new(cut.kind).map_err(|error| error.to_string())?;
    let observed = Arc::new(Observed::new(script.clone(), script.build()));
    let mut play = Play::new(script, cut, observed, place);
    let mut ended = play.finish(None)?;
    for (node, fate) in fates.iter().enumerate() {
        if script.is_passing(node) {
            play.observed.forget_repeats(node, &fate.attempts)?;
            ended.came.nodes[node].calls = play.observed.calls(node);
        }
        // Nor is it counted how often its hooks are asked.
        ended.came.nodes[node].changes = None;
    }
    judge::came_to(script, &fates, &ended, &play.observed)?;
    judge::is_missed(&fates, &ended)
}
