//! A word that is like none of ours is a function of the author's, and rustc alone knows whether there is one. Stable Rust
//! lets a macro neither ask that nor add a note to what rustc says, so the triggers are listed only where a word resembles
//! one of them, or is what another tool calls it.
use flow_runtime::task;

#[task(trigger = sometimes)]
//               ^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
