use flow_runtime::task;

#[task(version = 1.5)]
//               ^^^
fn one() -> u32 {
    1
}

fn main() {}
