use flow_runtime::{flow, task};

#[task]
fn double(x: u32) -> u32 {
    2 * x
}

flow! {
    fn doubled() {
        a = double([1].iter().map(|a| a + 1).sum());
        //                         ^
    }
}

fn main() {}
