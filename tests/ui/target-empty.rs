use flow_runtime::task;

#[task(target = "")]
//              ^^
fn report() -> u32 {
    1
}

fn main() {}
