use flow_runtime::task;

#[task(timeout = "00:05:00")]
//               ^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
