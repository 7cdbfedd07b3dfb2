//! Runs that end before their end, slice after slice: by a signal, or as they fail fast. What has not started by then is
//! Cancelled, also what was left to a later slice; there is none.

use std::sync::Arc;

use flow_runtime::StateType;
use flow_runtime::state::{NodeState, RunState};

use crate::random::Random;
use crate::rules::agree;
use crate::rules::draw::Ending;
use crate::rules::hook::{self, Answer as Told, Say};
use crate::rules::observed::Observed;
use crate::rules::script::{End, Launch, Pace, Script};

use super::cut::{Budgets, Cut, Deliveries};
use super::place::Place;
use super::play::{Answer, Play};

/// A flow that somebody may end, and how it is cut.
pub(super) fn drawn(random: &mut Random) -> (Script, Cut) {
    let ending = [Ending::Signal, Ending::FailFast][random.below(2)];
    let mut script = Script::random(random, ending);
    script.manner.launch = Launch::Slices;
    (script.manner.is_read, script.manner.is_stored) = (false, false);
    let pauses = Told::Says(Say::Pause);
    for node in &mut script.nodes {
        // What is paused goes on, whoever has ended the run.
        node.ends.retain(|end| !matches!(end, End::Says(Say::Pause, _)));
        let [first, second] = node.of_run;
        let calm = |hook: &hook::Hook| hook.answer != pauses;
        node.own = node.own.filter(calm);
        node.of_run = [first.filter(calm), second.filter(calm)];
        if node.pace == Pace::TimesOut {
            (node.pace, node.rules.timeout) = (Pace::AtOnce, None);
        }
    }
    let mut cut = Cut::random(random, &script);
    cut.has_files = false;
    cut.deliveries = Deliveries::Once;
    cut.budgets = [Budgets::One, Budgets::Two, Budgets::Few][random.below(3)];
    (script, cut)
}

/// Whether the script, cut so, ends at once when somebody ends it, and as the reference says.
///
/// # Errors
///
/// The first difference.
pub(super) fn agrees(script: &Script, cut: Cut) -> Result<(), String> {
    let place = Place::new(cut.kind).map_err(|error| error.to_string())?;
    let observed = Arc::new(Observed::new(script.clone(), script.build()));
    let mut play = Play::new(script, cut, observed, place);
    let mut message = None;
    loop {
        match play.deliver(message.as_deref(), false)? {
            Answer::Finished(ended) => {
                let _ = hook::missed_in(ended.state.run_id().unwrap_or_default());
                return agree::agrees_though_ended(script, &ended.came);
            }
            Answer::Again { state, .. } => {
                if has_ended(script, &state) {
                    return Err(format!("the run has ended, and is to be called again: {state:?}"));
                }
                message = Some(play.send(&state)?);
            }
        }
    }
}

/// Whether somebody has ended the run.
fn has_ended(script: &Script, state: &RunState) -> bool {
    state.nodes().map(NodeState::state).any(|state| {
        let fails = matches!(state.kind, StateType::Failed | StateType::TimedOut);
        fails && script.manner.fail_fast || state.kind == StateType::Cancelled && state.message == "end"
    })
}
