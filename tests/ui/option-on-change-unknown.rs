use flow_runtime::task;

#[task(on_change = tell)]
//                 ^^^^
fn one() -> u32 {
    1
}

fn main() {}
