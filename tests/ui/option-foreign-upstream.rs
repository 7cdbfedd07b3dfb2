use flow_runtime::task;

#[task(depends_on = [one])]
//     ^^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
