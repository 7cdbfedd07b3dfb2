use flow_runtime::task;

#[task(retries = 3, retry_delay = "0s", backoff(factor = 2))]
//                                      ^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
