use flow_runtime::task;

#[task(target = "reports/report.yaml")]
//              ^^^^^^^^^^^^^^^^^^^^^
fn report() -> u32 {
    1
}

fn main() {}
