use flow_runtime::task;

#[task(target = results::path)]
//              ^^^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
