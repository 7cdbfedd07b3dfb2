use flow_runtime::task;

#[task(target = "<task_name>.csv")]
fn total() -> u32 {
    //        ^^^
    1
}

fn main() {}
