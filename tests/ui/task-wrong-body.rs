use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    "one"
//  ^^^^^
}

flow! {
    fn two() -> u32 { a = one(); a }
}

fn main() {}
