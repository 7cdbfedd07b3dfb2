use flow_runtime::task;

#[task(target = "reports/<key>.txt")]
//              ^^^^^^^^^^^^^^^^^^^
fn report() -> u32 {
    1
}

fn main() {}
