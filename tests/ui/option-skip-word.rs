use flow_runtime::task;

#[task(skip_on_upstream_skip = no)]
//                             ^^
fn one() -> u32 {
    1
}

fn main() {}
