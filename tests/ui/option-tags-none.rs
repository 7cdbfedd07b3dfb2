use flow_runtime::task;

#[task(tags = [])]
//     ^^^^
fn one() -> u32 {
    1
}

fn main() {}
