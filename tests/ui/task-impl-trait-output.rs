use flow_runtime::task;

#[task]
fn numbers() -> impl Iterator<Item = u32> {
    //          ^^^^
    0..3
}

fn main() {}
