//! What a branch has chosen is gone through, and what a `for` has come to decides a branch.
use flow_runtime::{Runner, flow, task};

#[task]
fn few() -> Vec<u32> {
    vec![1, 2]
}

#[task]
async fn many() -> Vec<u32> {
    (0..10).collect()
}

#[task]
fn square(x: u32) -> u32 {
    x * x
}

#[task]
fn sum(of: &[&u32]) -> u32 {
    of.iter().copied().sum()
}

#[task]
fn text(of: u32) -> String {
    of.to_string()
}

#[task]
fn large() -> String {
    "large".to_owned()
}

flow! {
    fn squares(all: bool) -> String {
        numbers = if all { many() } else { few() };
        squares = for number in numbers { square(number) };
        total = sum(squares);
        told = if *total > 100 { large() } else { text(total) };
        told
    }
}

fn main() {
    let runner = Runner::in_memory();
    assert_eq!(runner.run(squares(false)).unwrap().output(), "5");
    assert_eq!(runner.run(squares(true)).unwrap().output(), "large");
}
