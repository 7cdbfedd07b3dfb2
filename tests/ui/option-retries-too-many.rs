use flow_runtime::task;

#[task(retries = 5000000000)]
//               ^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
