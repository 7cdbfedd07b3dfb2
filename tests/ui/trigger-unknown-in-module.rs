use flow_runtime::task;

#[task(trigger = self::sometimes)]
//                     ^^^^^^^^^
fn one() -> u32 {
    1
}

fn main() {}
