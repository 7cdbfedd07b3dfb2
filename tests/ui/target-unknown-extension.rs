use flow_runtime::task;

#[task(target = "reports/report.csv")]
//              ^^^^^^^^^^^^^^^^^^^^
fn report() -> u32 {
    1
}

fn main() {}
