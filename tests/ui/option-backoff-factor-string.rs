use flow_runtime::task;

#[task(retries = 1, retry_delay = "1s", backoff(factor = "2"))]
//                                                       ^^^
fn one() -> u32 {
    1
}

fn main() {}
