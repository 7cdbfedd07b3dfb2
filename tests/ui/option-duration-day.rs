use flow_runtime::task;

#[task(timeout = "1d")]
//               ^^^^
fn one() -> u32 {
    1
}

fn main() {}
