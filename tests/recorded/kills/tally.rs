//! How a campaign kills, and what it has seen.

/// How a run is continued after a death.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// `run` with the same parameters.
    Run,
    /// `resume`.
    Resume,
    /// `slice`, its message delivered again.
    Slice,
    /// The same in a store that is no directory, and keeps runs itself.
    Elsewhere,
    /// A program whose store says too early that it has written.
    Early,
    /// `resume` by a program that takes the locks away.
    Lockless,
}

/// What a campaign has seen.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) kills: u32,
    /// Runs that came to their end, all results right.
    pub(crate) completed: u32,
    /// Recorded successes that a death left, and that no later process lost or ran again.
    pub(crate) kept: usize,
    pub(crate) bodies: usize,
    /// Processes that were told that another drives the run.
    pub(crate) turned_away: u32,
    /// Runs in which a node failed, as three processes had died in it.
    pub(crate) failed: u32,
    /// Messages that were delivered again though they had been answered.
    pub(crate) repeated: u32,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.kills += other.kills;
        self.completed += other.completed;
        self.kept += other.kept;
        self.bodies += other.bodies;
        self.turned_away += other.turned_away;
        self.failed += other.failed;
        self.repeated += other.repeated;
    }
}
