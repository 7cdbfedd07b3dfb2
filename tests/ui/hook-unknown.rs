use flow_runtime::task;

#[task(on_failure = alert)]
//                  ^^^^^
fn one() -> u32 {
    1
}

fn main() {}
