use flow_runtime::task;

#[task(trigger = |_| true)]
//               ^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
