use flow_runtime::task;

#[task(checkpoint = "false")]
//                  ^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
