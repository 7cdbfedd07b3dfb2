use flow_runtime::task;

#[task(timeout = "300")]
//               ^^^^^
fn one() -> u32 {
    1
}

fn main() {}
