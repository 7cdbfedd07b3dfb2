use flow_runtime::task;

#[task(skip_on_upstream_skip = 0)]
//                             ^
fn one() -> u32 {
    1
}

fn main() {}
