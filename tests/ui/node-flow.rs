use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        flow part = one();
    //  ^^^^
        b = one();
    }
}

fn main() {}
