//! Statements stand in any order, with or without `let`.
use flow_runtime::{Runner, flow, task};

#[task]
fn one() -> u32 {
    1
}

#[task]
fn add(x: u32, y: u32) -> u32 {
    x + y
}

flow! {
    fn sums() -> u32 {
        c = add(b, a);
        let b = add(a, a);
        a = one();
        c
    }
}

fn main() {
    assert_eq!(*Runner::in_memory().run(sums()).unwrap().output(), 3);
}
