use flow_runtime::task;

#[task(checkpoint = never)]
//                  ^^^^^
fn one() -> u32 {
    1
}

fn main() {}
