use flow_runtime::task;

#[task(retries = 2.5)]
//               ^^^
fn one() -> u32 {
    1
}

fn main() {}
