use flow_runtime::task;

#[task(target)]
//     ^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
