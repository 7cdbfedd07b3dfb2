//! The primitives of the ready queue and the countdown: std's, or those by which `shuttle` tries other schedules
//! (`RUSTFLAGS="--cfg shuttle" cargo test -p flow-runtime --lib schedules`).

#[cfg(not(all(test, shuttle)))]
pub(super) use core::sync::atomic::{AtomicU32, AtomicUsize};
#[cfg(not(all(test, shuttle)))]
pub(super) use std::sync::{Condvar, Mutex, MutexGuard};

#[cfg(all(test, shuttle))]
pub(super) use shuttle::sync::atomic::{AtomicU32, AtomicUsize};
#[cfg(all(test, shuttle))]
pub(super) use shuttle::sync::{Condvar, Mutex, MutexGuard};
