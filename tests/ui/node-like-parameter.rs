use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones(day: u32) {
        day = one();
    //  ^^^
    }
}

fn main() {}
