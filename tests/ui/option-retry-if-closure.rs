use flow_runtime::task;

#[task(retries = 1, retry_if = |_| true)]
//                             ^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
