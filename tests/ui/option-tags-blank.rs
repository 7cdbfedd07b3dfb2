use flow_runtime::task;

#[task(tags = [" db"])]
//             ^^^^^
fn one() -> u32 {
    1
}

fn main() {}
