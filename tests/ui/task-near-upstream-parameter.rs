use flow_runtime::task;

#[task]
fn merge(upstreams: u32) -> u32 {
    //   ^^^^^^^^^
    upstreams
}

fn main() {}
