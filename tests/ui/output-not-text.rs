use flow_runtime::task;

#[task(target = "<task_name>.txt")]
fn numbers() -> Vec<u32> {
    //          ^^^^^^^^
    vec![1]
}

fn main() {}
