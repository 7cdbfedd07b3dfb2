use flow_runtime::task;

#[task(target = "<task_name>.bin")]
fn numbers() -> String {
    //          ^^^^^^
    String::new()
}

fn main() {}
