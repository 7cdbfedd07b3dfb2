use flow_runtime::task;

#[task(crate = engine)]
//             ^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
