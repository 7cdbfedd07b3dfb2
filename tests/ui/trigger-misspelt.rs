use flow_runtime::task;

#[task(trigger = all_finishd)]
//               ^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
