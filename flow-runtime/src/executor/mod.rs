//! Drives the plan: worker threads for plain bodies, tokio for async ones, one `Arc<Core>` for everything that a body
//! may outlive. What happens to a node is [`plan`](crate::plan)'s to decide; what is durable is the checkpoint
//! layer's.

mod bare;
mod bodies;
mod branches;
mod carried;
mod control;
mod core;
mod countdown;
mod drive;
mod due;
mod durable;
mod family;
mod force;
mod gate;
mod graph;
mod hooks;
mod identity;
mod keeper;
mod kept;
mod limits;
mod outputs;
mod passed;
mod paths;
mod pollers;
mod pool;
mod purse;
mod queue;
mod recorder;
#[cfg(all(test, not(shuttle)))]
mod repeated;
#[cfg(all(test, shuttle))]
mod schedules;
mod settle;
mod snapshot;
mod step;
#[cfg(all(test, not(shuttle), feature = "cli"))]
mod stopped;
mod story;
mod suspects;
mod sync;
mod takeover;
mod watch;
mod worker;

pub(crate) use self::core::{Core, GIVEN, HeldChildren, Hold, Info, Settings};
pub(crate) use branches::{Branches, Choosing};
#[cfg(feature = "cli")]
pub(crate) use drive::OfItsOwn;
pub(crate) use drive::{Ready, drive_apart, drive_async};
pub(crate) use family::{Family, Opening};
pub(crate) use force::Force;
pub(crate) use gate::Gate;
pub(crate) use hooks::RunHook;
pub(crate) use keeper::Keeper;
pub(crate) use kept::{is_readable, load, read};
pub(crate) use outputs::{digest_of, file_for};
pub(crate) use passed::outcome_without_value;
pub(crate) use paths::Frame;
pub(crate) use pool::processors;
pub(crate) use purse::Purse;
pub(crate) use recorder::{Recorder, Unrecorded};
pub(crate) use snapshot::{not_before, run_state, shrink};
pub(crate) use watch::Fence;
pub(crate) use worker::hold_children;
