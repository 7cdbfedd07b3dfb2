use flow_runtime::{plan::UpstreamState, task};

fn mine(upstream: &[UpstreamState]) -> usize {
    upstream.len()
}

#[task(trigger = mine)]
//               ^^^^
fn one() -> u32 {
    1
}

fn main() {}
