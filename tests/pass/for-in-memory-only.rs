//! A `for` over a task whose results live in memory only, and what goes through them.
use flow_runtime::{Runner, flow, task};

struct Handle(u32);

#[task(checkpoint = false)]
fn open(number: u32) -> Handle {
    Handle(number)
}

#[task]
fn read(handle: &Handle) -> u32 {
    handle.0 + 1
}

#[task]
fn sum(of: &[&u32]) -> u32 {
    of.iter().copied().sum()
}

#[task]
fn count(of: &[&Handle]) -> usize {
    of.len()
}

flow! {
    fn all() -> u32 {
        handles = for number in 0..3_u32 { open(number) };
        values = for handle in handles { read(handle) };
        counted = count(handles);
        total = sum(values, upstream: [counted]);
        total
    }
}

fn main() {
    assert_eq!(*Runner::in_memory().run(all()).unwrap().output(), 6);
}
