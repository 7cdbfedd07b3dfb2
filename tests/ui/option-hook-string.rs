use flow_runtime::task;

#[task(on_state = "tell")]
//                ^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
