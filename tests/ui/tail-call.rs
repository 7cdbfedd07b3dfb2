use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() -> u32 {
        one()
    //  ^^^^^
    }
}

fn main() {}
