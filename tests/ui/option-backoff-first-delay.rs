use flow_runtime::task;

#[task(retries = 1, backoff(initial = "1s", factor = 2))]
//                          ^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
