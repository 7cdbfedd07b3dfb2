use flow_runtime::task;

#[task(name = "one\ntwo")]
//            ^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
