use flow_runtime::{flow, task};

#[task]
fn add(x: u32, y: u32) -> u32 {
    x + y
}

flow! {
    fn sum() {
        a = add(1);
        //  ^^^
    }
}

fn main() {}
