use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones(day: u32) {
        b = one(upstream: [day]);
        //                 ^^^
    }
}

fn main() {}
