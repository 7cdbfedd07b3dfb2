use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    #[flow(crate = engine)]
    //             ^^^^^^
    fn ones(day: u32) -> u32 { rows = one(); rows }
}

fn main() {}
