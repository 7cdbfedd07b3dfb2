//! The bare form with a tail, without one, with one node, copied, and returned by a function.
use flow_runtime::{Runner, Start, flow, task};

#[task]
fn one() -> u32 {
    1
}

#[task]
fn add(a: u32, b: &u32) -> u32 {
    a + b
}

fn made() -> impl Start + Copy {
    flow! { a = one(); b = add(*a, a); b }
}

fn main() {
    let runner = Runner::in_memory();
    let with_tail = flow! {
        let a = one();
        let b = add(a, &3);
        b
    };
    let run = runner.run(with_tail).unwrap();
    let copy = with_tail;
    assert_eq!((*run.output(), *run.result(copy.a()).unwrap()), (4, 1));

    let without = flow! { a = one(); b = add(b: a, a: 5, upstream: [a]); };
    let run = runner.run(without).unwrap();
    assert_eq!((run.output(), *run.result(without.b()).unwrap()), (&(), 6));

    assert_eq!(*flow! { a = one(); a }.run().unwrap().output(), 1);
    assert_eq!(runner.run(made()).unwrap().nodes().count(), 2);
}
