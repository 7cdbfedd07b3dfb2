use flow_runtime::task;

#[task(retry_delay = "1s")]
//     ^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
