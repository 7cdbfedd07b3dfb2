use flow_runtime::{NodeInfo, State, task};

fn tell(_: &NodeInfo<'_>, _: &State, new: &State) -> State {
    new.clone()
}

#[task(on_state = tell)]
//                ^^^^
fn one() -> u32 {
    1
}

fn main() {}
