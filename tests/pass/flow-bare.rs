//! A bare flow with a tail, one without, one without nodes.
use flow_runtime::{Runner, flow, task};

#[task]
fn one() -> u32 {
    1
}

fn main() {
    let with = flow! { x = one(); x };
    let without = flow! { x = one(); };
    let empty = flow! {};
    let runner = Runner::in_memory();
    assert_eq!(*runner.run(with).unwrap().output(), 1);
    let run = runner.run(without).unwrap();
    assert_eq!(*run.output(), ());
    assert_eq!(*run.result(without.x()).unwrap(), 1);
    runner.run(empty).unwrap();
}
