use flow_runtime::task;

#[task(timeout = 5)]
//               ^
fn one() -> u32 {
    1
}

fn main() {}
