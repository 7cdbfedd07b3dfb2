use flow_runtime::task;

#[task(trigger = "all_failed")]
//               ^^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
