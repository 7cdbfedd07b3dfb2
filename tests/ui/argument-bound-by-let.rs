use flow_runtime::{flow, task};

#[task]
fn rows() -> Vec<u32> {
    vec![1]
}

#[task]
fn double(x: usize) -> usize {
    2 * x
}

flow! {
    fn doubled() {
        rows = rows();
        b = double({ let rows = 1; 2 });
        //               ^^^^
    }
}

fn main() {}
