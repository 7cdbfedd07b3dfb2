use flow_runtime::{FailedNode, Signal, flow, task};

fn alert(_: &FailedNode<'_>) -> Option<Signal> {
    None
}

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(on_failure = alert)]
        //                  ^^^^^
        a = one();
    }
}

fn main() {}
