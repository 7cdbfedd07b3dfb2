use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        a = one(backoff(factor = 2));
        //      ^^^^^^^
    }
}

fn main() {}
