use flow_runtime::task;

#[task(name = 3)]
//            ^
fn one() -> u32 {
    1
}

fn main() {}
