use flow_runtime::task;

#[task(checkpont = false)]
//     ^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
