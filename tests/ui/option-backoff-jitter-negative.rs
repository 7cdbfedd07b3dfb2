use flow_runtime::task;

#[task(retries = 1, retry_delay = "1s", backoff(jitter = -0.1))]
//                                                       ^^^^
fn one() -> u32 {
    1
}

fn main() {}
