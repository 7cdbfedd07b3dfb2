use flow_runtime::task;

#[task(target = "one", format = jsn)]
//                              ^^^
fn one() -> u32 {
    1
}

fn main() {}
