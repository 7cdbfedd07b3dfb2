//! How a script is cut into slices: what each may use, how its message is delivered, where the run lies.

use std::time::Duration;

use flow_runtime::Budget;

use crate::random::Random;
use crate::rules::script::Script;

use super::place::Kind;

/// How a run is driven by slices.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    /// What is decided on the way.
    pub(super) seed: u64,
    pub(super) kind: Kind,
    pub(super) budgets: Budgets,
    pub(super) deliveries: Deliveries,
    /// Whether an earlier run of the same flow has left its files.
    pub(super) has_files: bool,
    /// Whether results are given by hand to every slice, or to the first only.
    pub(super) gives_always: bool,
}

/// What the slices of a run may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Budgets {
    One,
    Two,
    Few,
    Time,
    TimeAndTasks,
    /// One, then all that is left.
    OneAndAll,
}

/// What one slice may use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowed {
    pub(super) tasks: Option<u32>,
    pub(super) time: Option<Duration>,
}

/// How messages come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deliveries {
    Once,
    Twice,
    /// Each twice, and in between any earlier one.
    TwiceAndStale,
}

impl Cut {
    pub(super) fn random(random: &mut Random, script: &Script) -> Self {
        use Budgets::{Few, One, OneAndAll, Time, TimeAndTasks, Two};
        use Deliveries::{Once, Twice, TwiceAndStale};
        let kind = match random.below(10) {
            0..4 => Kind::Memory,
            4..7 => Kind::Store,
            7..9 => Kind::Directory,
            _ => Kind::Unrecorded,
        };
        let budgets = [One, One, One, Two, Few, Few, Time, TimeAndTasks, OneAndAll][random.below(9)];
        // Longer than such a budget no timeout may be.
        let has_timeouts = script.nodes.iter().any(|node| node.rules.timeout.is_some());
        let budgets = match budgets {
            Time | TimeAndTasks if has_timeouts => Few,
            // Only slices are recorded in such a store.
            OneAndAll if kind == Kind::Store => One,
            budgets => budgets,
        };
        Self {
            seed: random.below(1 << 30) as u64,
            kind,
            budgets,
            deliveries: if kind.is_recorded() {
                [Once, Twice, TwiceAndStale][random.below(3)]
            } else {
                Once
            },
            has_files: kind.has_files() && random.one_in(2),
            gives_always: random.one_in(2),
        }
    }

    /// What the next slice may use, after so many.
    pub(super) fn allowed(&self, slices: usize, random: &mut Random) -> Allowed {
        let few = 1 + u32::try_from(random.below(6)).expect("few");
        let time = Duration::from_micros(random.below(2_000) as u64);
        let (tasks, time) = match self.budgets {
            Budgets::One => (Some(1), None),
            Budgets::Two => (Some(2), None),
            Budgets::Few => (Some(few), None),
            Budgets::Time => (None, Some(time)),
            Budgets::TimeAndTasks => (Some(few), Some(time)),
            Budgets::OneAndAll => ((slices == 0).then_some(1), None),
        };
        Allowed { tasks, time }
    }
}

impl Allowed {
    /// As flow takes it; `None` for all that there is to do.
    pub(super) fn budget(self) -> Option<Budget> {
        Some(match (self.tasks, self.time) {
            (None, None) => return None,
            (Some(tasks), None) => Budget::tasks(tasks),
            (None, Some(time)) => Budget::time(time),
            (Some(tasks), Some(time)) => Budget::time(time).and_tasks(tasks),
        })
    }
}
