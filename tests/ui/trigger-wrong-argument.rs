use flow_runtime::{StateType, task};

fn mine(upstream: &[StateType]) -> bool {
    upstream.is_empty()
}

#[task(trigger = mine)]
//               ^^^^
fn one() -> u32 {
    1
}

fn main() {}
