use flow_runtime::task;

#[task(trigger = sometimes)]
//               ^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
