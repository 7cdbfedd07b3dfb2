use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        a = one::<u32>();
        //     ^^^^^^^
    }
}

fn main() {}
