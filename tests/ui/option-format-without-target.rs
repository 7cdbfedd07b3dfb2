use flow_runtime::task;

#[task(format = json)]
//     ^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
