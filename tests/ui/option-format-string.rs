use flow_runtime::task;

#[task(target = "one", format = "json")]
//                              ^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
