use flow_runtime::task;

#[task(timeout = "-5s")]
//               ^^^^^
fn one() -> u32 {
    1
}

fn main() {}
