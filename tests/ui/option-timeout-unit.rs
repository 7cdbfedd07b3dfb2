use flow_runtime::task;

#[task(timeout = "5 parsecs")]
//               ^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
