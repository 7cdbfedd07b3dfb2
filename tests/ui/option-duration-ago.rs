use flow_runtime::task;

#[task(retries = 1, retry_delay = "5 minutes ago")]
//                                ^^^^^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
