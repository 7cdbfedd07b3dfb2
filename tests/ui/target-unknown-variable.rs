use flow_runtime::task;

#[task(target = "reports/<dya>/<task_name>.txt")]
//              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
fn report(day: u32) -> u32 {
    day
}

fn main() {}
