use flow_runtime::task;

#[task(target = "reports/<date>.txt")]
//              ^^^^^^^^^^^^^^^^^^^^
fn report(date: u32) -> u32 {
    date
}

fn main() {}
