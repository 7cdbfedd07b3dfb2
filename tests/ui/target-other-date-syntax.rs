use flow_runtime::task;

#[task(target = "reports/<date:YYYY-MM-DD>.txt")]
//              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
fn report() -> u32 {
    1
}

fn main() {}
