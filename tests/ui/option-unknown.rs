use flow_runtime::task;

#[task(colour = "red")]
//     ^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
