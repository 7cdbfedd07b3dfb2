use flow_runtime::task;

#[task(trigger = always_run)]
//               ^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
