use flow_runtime::task;

#[task(timeout = "PT5M")]
//               ^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
