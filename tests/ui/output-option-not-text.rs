use flow_runtime::task;

#[task(target = "<task_name>.txt")]
fn numbers() -> Option<u32> {
    //          ^^^^^^^^^^^
    Some(1)
}

fn main() {}
