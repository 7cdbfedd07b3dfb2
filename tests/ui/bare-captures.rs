use flow_runtime::{flow, task};

#[task]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {
    let three = 3;
    let _ = flow! { a = double(three); };
    //                         ^^^^^
    println!("{three}");
}
