use flow_runtime::{NodeFailure, task};

fn alert(failure: &NodeFailure) {
    eprintln!("{failure}");
}

#[task(on_failure = alert)]
//                  ^^^^^
fn one() -> u32 {
    1
}

fn main() {}
