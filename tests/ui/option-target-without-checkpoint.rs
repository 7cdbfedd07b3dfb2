use flow_runtime::task;

#[task(checkpoint = false, target = "one.txt")]
//                         ^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
