use flow_runtime::task;

#[task(name = "")]
//            ^^
fn one() -> u32 {
    1
}

fn main() {}
