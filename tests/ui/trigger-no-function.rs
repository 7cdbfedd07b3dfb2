use flow_runtime::task;

const MINE: bool = true;

#[task(trigger = MINE)]
//               ^^^^
fn one() -> u32 {
    1
}

fn main() {}
