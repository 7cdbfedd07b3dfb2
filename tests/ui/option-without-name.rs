use flow_runtime::task;

#[task("one.txt")]
//     ^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
