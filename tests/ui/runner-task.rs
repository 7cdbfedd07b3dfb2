use flow_runtime::{Runner, task};

#[task]
fn one() -> u32 {
    1
}

fn main() {
    let _ = Runner::in_memory().run(one());
    //                              ^^^^^
}
