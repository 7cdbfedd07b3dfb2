//! What disturbs a recorded run beside its death: bodies that print, streams that close, disks that are full or cannot be
//! written, clocks that are set.

mod clock;
mod disks;
mod prints;
mod streams;
