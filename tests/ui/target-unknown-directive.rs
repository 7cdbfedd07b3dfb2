use flow_runtime::task;

#[task(target = "reports/<date:%Y-%E>.txt")]
//              ^^^^^^^^^^^^^^^^^^^^^^^^^^
fn report() -> u32 {
    1
}

fn main() {}
