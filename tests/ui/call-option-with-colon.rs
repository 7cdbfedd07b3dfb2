//! An argument is what `name: value` is, and only rustc knows whether the task has one of this name: what it says is all.
use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        a = one(retries: 3);
        //      ^^^^^^^
    }
}

fn main() {}
