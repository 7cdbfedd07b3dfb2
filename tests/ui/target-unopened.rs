use flow_runtime::task;

#[task(target = "reports/day>.txt")]
//              ^^^^^^^^^^^^^^^^^^
fn report(day: u32) -> u32 {
    day
}

fn main() {}
