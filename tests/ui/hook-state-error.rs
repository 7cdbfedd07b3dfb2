use flow_runtime::{NodeInfo, State, task};

struct Broken;

fn tell(_: &NodeInfo<'_>, _: &State, _: &State) -> Result<(), Broken> {
    Err(Broken)
}

#[task(on_state = tell)]
//                ^^^^
fn one() -> u32 {
    1
}

fn main() {}
