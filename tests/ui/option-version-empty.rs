use flow_runtime::task;

#[task(version = "")]
//               ^^
fn one() -> u32 {
    1
}

fn main() {}
