use flow_runtime::{flow, task};

#[task]
fn rows() -> Vec<u32> {
    vec![1]
}

#[task]
fn double(x: bool) -> bool {
    x
}

flow! {
    fn doubled(n: Option<u32>) {
        rows = rows();
        b = double(matches!(n, Some(rows) if rows > 1));
        //                          ^^^^
    }
}

fn main() {}
