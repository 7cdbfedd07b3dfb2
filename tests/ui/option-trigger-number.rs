use flow_runtime::task;

#[task(trigger = 3)]
//               ^
fn one() -> u32 {
    1
}

fn main() {}
