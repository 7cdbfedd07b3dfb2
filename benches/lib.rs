//! Benchmarks of flow, not among the default members: one graph, run by the engine and by a hand-written countdown.

pub mod body;
pub mod by_hand;
pub mod clock;
pub mod countdown;
pub mod engine_side;
pub mod others;
pub mod shape;
