use flow_runtime::task;

#[task(retries = "3")]
//               ^^^
fn one() -> u32 {
    1
}

fn main() {}
