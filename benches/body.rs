//! The body of every node: sums what comes in, and spins for as long as it is told.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// What a body does.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// Rounds of the spin; none for an empty body.
    pub rounds: u64,
}

impl Work {
    /// A body that returns at once.
    pub const EMPTY: Self = Self { rounds: 0 };

    /// A body of about this length on this machine: the fastest of several tries counts, the others were disturbed.
    pub fn of(length: Duration) -> Self {
        const ROUNDS: u64 = 100_000;
        let fastest = (0..20)
            .map(|_| {
                let start = Instant::now();
                black_box(Self { rounds: ROUNDS }.run(0));
                start.elapsed()
            })
            .min()
            .unwrap_or(length);
        let rounds = length.as_nanos() * u128::from(ROUNDS) / fastest.as_nanos().max(1);
        Self {
            rounds: u64::try_from(rounds).unwrap_or(u64::MAX),
        }
    }

    /// The body.
    pub fn run(self, sum: u64) -> u64 {
        let mut value = sum;
        for round in 0..self.rounds {
            value = black_box(value ^ round);
        }
        value.wrapping_add(1)
    }
}
