use flow_runtime::plan::UpstreamState;
use flow_runtime::{flow, task};

fn mine(upstream: &[UpstreamState]) -> usize {
    upstream.len()
}

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(trigger = mine)]
        //               ^^^^
        a = one();
    }
}

fn main() {}
