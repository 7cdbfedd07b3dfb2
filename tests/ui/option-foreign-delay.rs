use flow_runtime::task;

#[task(retries = 3, retry_delay_seconds = 10)]
//                  ^^^^^^^^^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
