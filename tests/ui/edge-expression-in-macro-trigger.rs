use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

#[task(trigger = any_failed)]
fn taken(value: String) -> String {
    value
}

flow! {
    fn all() {
        a = one();
        b = taken(format!("{}", *a));
        //                       ^
    }
}

fn main() {}
