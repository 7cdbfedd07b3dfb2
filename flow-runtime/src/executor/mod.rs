//! Drives the plan: worker threads for plain bodies, tokio for async ones, one `Arc<Core>` for everything that a body
//! may outlive. What happens to a node is [`plan`](crate::plan)'s to decide; what is durable is the checkpoint
//! layer's.

mod bodies;
mod control;
mod core;
mod countdown;
mod drive;
mod durable;
mod force;
mod gate;
mod graph;
mod hooks;
mod identity;
mod keeper;
mod kept;
mod limits;
mod paths;
mod pool;
mod queue;
#[cfg(all(test, not(shuttle)))]
mod repeated;
#[cfg(all(test, shuttle))]
mod schedules;
mod settle;
mod story;
mod sync;
mod watch;
mod worker;

pub(crate) use self::core::{Core, Hold, Info, Settings};
pub(crate) use drive::{drive, drive_async};
pub(crate) use force::Force;
pub(crate) use gate::Gate;
pub(crate) use hooks::RunHook;
pub(crate) use keeper::Keeper;
pub(crate) use kept::load;
pub(crate) use watch::Fence;
