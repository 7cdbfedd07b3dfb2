use flow_runtime::task;

#[task]
    #[task(name = "one")]
//  ^^^^^^^^^^^^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
