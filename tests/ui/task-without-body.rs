use flow_runtime::task;

#[task]
fn one() -> u32;
//             ^

fn main() {}
