use flow_runtime::task;

#[task(checkpoint = false, on_change = rerun)]
//                         ^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
