//! How many of each node's upstream have not finished: who brings a node's count to nothing starts it.

use core::sync::atomic::Ordering;

use super::sync::AtomicU32;

/// A count for each node.
pub(super) struct Countdown(Box<[AtomicU32]>);

impl Countdown {
    /// One count for each node: of its upstream.
    pub(super) fn new(counts: impl Iterator<Item = u32>) -> Self {
        Self(counts.map(AtomicU32::new).collect())
    }

    /// Whether nothing is missing.
    pub(super) fn is_ready(&self, node: usize) -> bool {
        self.0[node].load(Ordering::Acquire) == 0
    }

    /// An upstream has finished; `true` for the last one, whatever the order. What each of them did before is seen by
    /// whoever is told `true`.
    pub(super) fn arrive(&self, node: usize) -> bool {
        self.0[node].fetch_sub(1, Ordering::AcqRel) == 1
    }
}
