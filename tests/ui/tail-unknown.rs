use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() -> u32 {
        rows = one();
        row
    //  ^^^
    }
}

fn main() {}
