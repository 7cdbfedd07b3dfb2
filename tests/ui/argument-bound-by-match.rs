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
    fn doubled(n: Option<u32>) {
        rows = rows();
        b = double(match n { Some(rows) => rows, None => 0 });
        //                        ^^^^
    }
}

fn main() {}
