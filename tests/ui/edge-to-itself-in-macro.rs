use flow_runtime::{flow, task};

#[task]
fn double(x: usize) -> usize {
    2 * x
}

flow! {
    fn doubled() {
        a = double(format!("{a}").len());
        //                 ^^^^^
    }
}

fn main() {}
