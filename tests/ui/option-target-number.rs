use flow_runtime::task;

#[task(target = 5)]
//              ^
fn one() -> u32 {
    1
}

fn main() {}
