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
    fn made() {
        Some = one();
    //  ^^^^
        b = rows(Some);
    }
}

fn main() {}
