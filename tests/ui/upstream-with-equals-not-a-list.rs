use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn made() {
        a = one();
        b = one(upstream = a);
        //                 ^
    }
}

fn main() {}
