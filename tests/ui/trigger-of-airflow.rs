use flow_runtime::task;

#[task(trigger = one_failed)]
//               ^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
