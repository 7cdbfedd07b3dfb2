use flow_runtime::{flow, task};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Day(u32);

#[task]
fn one(day: &Day) -> u32 {
    day.0
}

flow! {
    fn made(day: Day) {
        //       ^^^
        a = one(day);
        b = one(&Day(day.0 + 1));
    }
}

fn main() {}
