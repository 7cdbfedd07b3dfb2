use flow_runtime::task;

#[task(target = "a.txt", target = "b.txt")]
//                       ^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
