use flow_runtime::task;

#[task(on_failure = |_| ())]
//                  ^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
