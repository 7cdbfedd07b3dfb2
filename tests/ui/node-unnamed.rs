use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        one();
    //  ^^^^^
        b = one();
    }
}

fn main() {}
