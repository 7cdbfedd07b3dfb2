use flow_runtime::task;

#[task(retries = 3, retry_delay = "1s", backoff(factor = 1, max = "1m"))]
//                                      ^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
