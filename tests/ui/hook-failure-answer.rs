use flow_runtime::{FailedNode, Signal, task};

fn alert(_: &FailedNode<'_>) -> Option<Signal> {
    None
}

#[task(on_failure = alert)]
//                  ^^^^^
fn one() -> u32 {
    1
}

fn main() {}
