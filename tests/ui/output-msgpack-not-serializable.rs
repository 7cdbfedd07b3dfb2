use flow_runtime::task;

pub struct Row(pub u32);

#[task(target = "<task_name>.msgpack")]
fn row() -> Row {
    //      ^^^
    Row(1)
}

fn main() {}
