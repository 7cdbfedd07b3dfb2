use flow_runtime::task;

#[task(name = "one/two", target = "<task_name>.txt")]
//            ^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
