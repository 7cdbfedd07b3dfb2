//! Benchmarks of flow; not among the default members.
