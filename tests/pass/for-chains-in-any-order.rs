//! Statements in any order: a `for` may stand before what it goes through.
use flow_runtime::{Mapped, Runner, flow, task};

#[task]
fn double(x: u32) -> u32 {
    2 * x
}

#[task]
fn numbers() -> Vec<u32> {
    vec![1, 2, 3]
}

flow! {
    fn chain() -> Mapped<u32> {
        c = for x in b { double(x) };
        b = for (x, _y) in zip(a, given) { double(x) };
        a = for x in given { double(x) };
        given = numbers();
        c
    }
}

fn main() {
    let run = Runner::in_memory().run(chain()).unwrap();
    assert_eq!(run.output().values().copied().collect::<Vec<_>>(), [8, 16, 24]);
    assert!(run.output().iter().all(|outcome| outcome.is_success()));
    assert!(run.output().get(3).is_none());
}
