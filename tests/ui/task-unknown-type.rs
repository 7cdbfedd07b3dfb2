use flow_runtime::{flow, task};

#[task]
fn one(rows: &[Rows], other: &str) -> u32 {
    //         ^^^^
    rows.len() as u32 + other.len() as u32
}

flow! {
    fn ones() -> u32 { rows = one(&[], "a"); rows }
}

fn main() {}
