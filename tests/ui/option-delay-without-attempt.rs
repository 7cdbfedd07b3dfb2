use flow_runtime::task;

#[task(retries = 0, retry_delay = "1s")]
//                  ^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
