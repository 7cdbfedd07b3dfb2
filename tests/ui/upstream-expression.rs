use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        rows = one();
        b = one(upstream: [rows.len()]);
        //                 ^^^^^^^^^^
    }
}

fn main() {}
