use flow_runtime::task;

#[task]
fn ignore(_: u32) {}
//        ^

fn main() {}
