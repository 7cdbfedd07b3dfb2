//! errors: 2

use flow_runtime::task;

#[task(timeout = 5, retry_delay = "10s")]
fn one() -> u32 {
    1
}

fn main() {}
