use flow_runtime::task;

#[task(max_retries = 3)]
//     ^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
