//! A bare flow in a generic function.
use flow_runtime::{Runner, flow, task};

#[task]
fn one() -> u32 {
    1
}

fn run<T: From<u32>>() -> T {
    let f = flow! { a = one(); a };
    T::from(*Runner::in_memory().run(f).unwrap().output())
}

fn main() {
    assert_eq!(run::<u64>(), 1);
}
