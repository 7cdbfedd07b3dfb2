use flow_runtime::{flow, task};

#[task]
fn double(x: u32) -> u32 {
    2 * x
}

flow! {
    fn doubled() {
        rows = double(1);
        b = double(*row + 1);
        //          ^^^
    }
}

fn main() {}
