use flow_runtime::task;

#[task(target = "reports/<task_name>")]
//              ^^^^^^^^^^^^^^^^^^^^^
fn report() -> u32 {
    1
}

fn main() {}
