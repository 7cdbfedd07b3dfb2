use flow_runtime::task;

#[task(retries = 3, retry_delay = "10m", backoff(factor = 2, max = "1m"))]
//                  ^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
