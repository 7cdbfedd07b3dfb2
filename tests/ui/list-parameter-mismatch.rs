use flow_runtime::{flow, task};

#[task]
fn number() -> u32 {
    1
}

#[task]
fn sum(parts: Vec<u32>) -> u32 {
    parts.iter().sum()
}

flow! {
    fn sums(limit: u64) -> u32 {
        a = number();
        s = sum([a, limit]);
        //          ^^^^^
        s
    }
}

fn main() {}
