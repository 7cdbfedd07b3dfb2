use flow_runtime::task;

#[task(version = 2, checkpoint = false)]
//     ^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
