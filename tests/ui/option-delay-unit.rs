use flow_runtime::task;

#[task(retries = 1, retry_delay = "10 blinks")]
//                                ^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
