use flow_runtime::task;

#[task(trigger = manual_only)]
//               ^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
