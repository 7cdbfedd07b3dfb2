use flow_runtime::task;

#[task(concurrency = 2)]
//     ^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
