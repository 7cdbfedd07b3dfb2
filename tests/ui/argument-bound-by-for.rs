use flow_runtime::{flow, task};

#[task]
fn rows() -> Vec<u32> {
    vec![1]
}

#[task]
fn double(x: u32) -> u32 {
    2 * x
}

flow! {
    fn doubled() {
        rows = rows();
        b = double({ let mut n = 0; for rows in 0..3 { n += rows; } n });
        //                              ^^^^
    }
}

fn main() {}
