use flow_runtime::task;

#[task(timeout = "9999999h")]
//               ^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
