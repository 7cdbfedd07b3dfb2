use flow_runtime::task;

pub struct Row(pub u32);

#[task(target = "<task_name>.csv")]
fn rows() -> Vec<Row> {
    //       ^^^^^^^^
    vec![Row(1)]
}

fn main() {}
