use flow_runtime::task;

#[task(crate = "flow_runtime")]
//             ^^^^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
