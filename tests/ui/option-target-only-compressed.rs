use flow_runtime::task;

#[task(target = "rows.gz")]
//              ^^^^^^^^^
fn rows() -> Vec<u32> {
    vec![1]
}

fn main() {}
