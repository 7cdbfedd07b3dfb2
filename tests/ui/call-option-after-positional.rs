use flow_runtime::{flow, task};

#[task]
fn one(x: u32) -> u32 {
    x
}

flow! {
    fn ones() {
        a = one(1, timeout: "5m");
        //         ^^^^^^^
    }
}

fn main() {}
