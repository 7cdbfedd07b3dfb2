//! `mut x`, `_x`, trait objects, function pointers, no parameter at all.
use flow_runtime::{Runner, flow, task};

#[task]
fn grow(mut list: Vec<u32>, _unused: bool) -> Vec<u32> {
    list.push(9);
    list
}

#[task]
fn apply(f: fn(u32) -> u32, g: &(dyn Fn(u32) -> u32 + Sync), x: u32) -> u32 {
    g(f(x))
}

fn double(x: u32) -> u32 {
    2 * x
}

fn main() {
    let f = flow! {
        list = grow(vec![1], true);
        n = apply(double, &|x| x + 1, list[1]);
        n
    };
    assert_eq!(*Runner::in_memory().run(f).unwrap().output(), 19);
}
