use flow_runtime::task;

#[task(target = "reports/<date:%Q>.txt")]
//              ^^^^^^^^^^^^^^^^^^^^^^^
fn report() -> u32 {
    1
}

fn main() {}
