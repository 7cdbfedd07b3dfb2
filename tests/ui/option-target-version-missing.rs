use flow_runtime::task;

#[task(target = "v<version>/one.txt")]
//              ^^^^^^^^^^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
