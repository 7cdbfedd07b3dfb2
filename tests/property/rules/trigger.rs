//! Triggers of an author's own: pure functions of what they are shown, which is the states, the names, the order and
//! what is tolerated.

use flow_runtime::__private::{Tolerance, Trigger, UpstreamState};

use crate::in_time::PANIC;

use super::hook::number_of;

pub(crate) const OWN: [Trigger; 4] = [
    Trigger::Custom {
        name: "two_successful",
        holds: two_successful,
    },
    Trigger::Custom {
        name: "first_failed",
        holds: first_failed,
    },
    Trigger::Custom {
        name: "odd_ones_finished_well",
        holds: odd_ones_finished_well,
    },
    Trigger::Custom {
        name: "needed_ones_succeeded",
        holds: needed_ones_succeeded,
    },
];

/// One that breaks.
pub(crate) const PANICS: Trigger = Trigger::Custom {
    name: "panics",
    holds: |_| panic!("{PANIC}trigger"),
};

fn two_successful(upstream: &[UpstreamState]) -> bool {
    upstream
        .iter()
        .filter(|upstream| upstream.state.is_successful())
        .count()
        >= 2
}

fn first_failed(upstream: &[UpstreamState]) -> bool {
    upstream[0].state.is_failed()
}

fn odd_ones_finished_well(upstream: &[UpstreamState]) -> bool {
    let mut odd = upstream
        .iter()
        .filter(|upstream| number_of(upstream.node) % 2 == 1);
    odd.all(|upstream| !upstream.state.is_failed())
}

fn needed_ones_succeeded(upstream: &[UpstreamState]) -> bool {
    let mut needed = upstream
        .iter()
        .filter(|upstream| upstream.tolerance == Tolerance::Nothing);
    needed.all(|upstream| upstream.state.is_successful())
}
