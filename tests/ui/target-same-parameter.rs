use flow_runtime::{flow, task};

#[task(target = "<day>.txt")]
fn one(day: u32) -> u32 {
    day
}

flow! {
    fn both(day: u32, other: u32) {
        a = one(day);
        b = one(other);
        c = one(day: day);
    //  ^
    }
}

fn main() {}
