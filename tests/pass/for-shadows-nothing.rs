//! Names of items may be those of tasks, functions and locals outside, and of nodes' tasks.
use flow_runtime::{Runner, flow, task};

#[task]
fn item(item: u32) -> u32 {
    item + 1
}

fn total() -> u32 {
    5
}

#[task]
fn sum(of: &[&u32], more: u32) -> u32 {
    of.iter().copied().sum::<u32>() + more
}

fn main() {
    let list = 3;
    let index = 4;
    let f = flow! {
        items = for item in [1, 2, 3_u32] { item(item) };
        again = for list in items { item(list) };
        third = for index in again { item(*index) };
        all = sum(third, total());
        all
    };
    assert_eq!(*Runner::in_memory().run(f).unwrap().output(), 6 + 9 + 5);
    assert_eq!(list + index, 7);
}
