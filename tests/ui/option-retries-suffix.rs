use flow_runtime::task;

#[task(retries = 3u32)]
//               ^^^^
fn one() -> u32 {
    1
}

fn main() {}
