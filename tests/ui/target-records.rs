use flow_runtime::task;

#[task(target = ".flow/report.txt")]
//              ^^^^^^^^^^^^^^^^^^
fn report() -> u32 {
    1
}

fn main() {}
