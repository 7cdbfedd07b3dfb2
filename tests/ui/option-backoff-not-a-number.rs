use flow_runtime::task;

#[task(retries = 1, retry_delay = "1s", backoff(factor = f64::NAN))]
//                                                       ^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
