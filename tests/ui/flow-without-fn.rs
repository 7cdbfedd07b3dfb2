use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

#[task]
fn rows(n: &u32) -> u32 {
    *n
}

flow! {
    made() -> u32 {
//  ^^^^
        a = one();
        b = rows(a);
        b
    }
}

fn main() {}
