use flow_runtime::task;

#[task(trigger = all_success)]
//               ^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
