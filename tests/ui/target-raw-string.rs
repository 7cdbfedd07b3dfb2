use flow_runtime::task;

#[task(target = r"reports\report.txt")]
//              ^^^^^^^^^^^^^^^^^^^^^
fn report() -> u32 {
    1
}

fn main() {}
