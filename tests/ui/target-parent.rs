use flow_runtime::task;

#[task(target = "reports/../report.txt")]
//              ^^^^^^^^^^^^^^^^^^^^^^^
fn report() -> u32 {
    1
}

fn main() {}
