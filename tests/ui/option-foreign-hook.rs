use flow_runtime::task;

#[task(on_fail = alert)]
//     ^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
