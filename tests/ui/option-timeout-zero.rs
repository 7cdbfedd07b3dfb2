use flow_runtime::task;

#[task(timeout = "0s")]
//               ^^^^
fn one() -> u32 {
    1
}

fn main() {}
