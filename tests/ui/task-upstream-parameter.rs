use flow_runtime::task;

#[task]
fn merge(upstream: u32) -> u32 {
    //   ^^^^^^^^
    upstream
}

fn main() {}
