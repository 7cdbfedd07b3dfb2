use flow_runtime::{State, task};

fn tell(old: &State, new: &State) {
    eprintln!("{old:?} {new:?}");
}

#[task(on_state = tell)]
//                ^^^^
fn one() -> u32 {
    1
}

fn main() {}
