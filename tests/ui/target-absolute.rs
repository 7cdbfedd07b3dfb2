use flow_runtime::task;

#[task(target = "/tmp/report.txt")]
//              ^^^^^^^^^^^^^^^^^
fn report() -> u32 {
    1
}

fn main() {}
