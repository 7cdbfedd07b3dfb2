use flow_runtime::task;

#[task(target = "<task_name>", format = Yaml)]
//                                      ^^^^
fn names() -> Vec<String> {
    Vec::new()
}

fn main() {}
