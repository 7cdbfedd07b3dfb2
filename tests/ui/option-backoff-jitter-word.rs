use flow_runtime::task;

#[task(retries = 1, retry_delay = "1s", backoff(jitter = true))]
//                                                       ^^^^
fn one() -> u32 {
    1
}

fn main() {}
