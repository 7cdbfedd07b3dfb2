use flow_runtime::task;

#[task(retries = 1, retry_delay = "1s", backoff(2.0, max = "1h"))]
//                                              ^^^
fn one() -> u32 {
    1
}

fn main() {}
