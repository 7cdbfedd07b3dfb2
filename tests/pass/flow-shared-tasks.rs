//! Two flows of one module share their tasks, and node names.
use flow_runtime::{Runner, flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! { fn first() -> u32 { a = one(); a } }
flow! { fn second() -> u32 { a = one(); b = one(upstream: [a]); b } }

fn main() {
    let runner = Runner::in_memory();
    assert_eq!(*runner.run(first()).unwrap().result(first::a).unwrap(), 1);
    assert_eq!(*runner.run(second()).unwrap().result(second::a).unwrap(), 1);
}
