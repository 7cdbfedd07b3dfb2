use flow_runtime::task;

#[task(retries = 3, backoff(factor = 2))]
//                  ^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
