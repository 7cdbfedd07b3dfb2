//! A node may have its task's name, and the name of a function that an argument calls.
use flow_runtime::{Runner, flow, task};

#[task]
fn load(x: u32) -> u32 {
    x
}

fn helper(x: u32) -> u32 {
    x + 1
}

fn main() {
    let f = flow! {
        load = load(helper(1));
        other = load(*load + 1);
        other
    };
    assert_eq!(*Runner::in_memory().run(f).unwrap().output(), 3);
}
