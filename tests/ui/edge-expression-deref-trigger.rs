use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

#[task]
fn taken(value: u32) -> u32 {
    value
}

flow! {
    fn all() {
        a = one();
        #[node(trigger = all_finished)]
        b = taken(*a + 1);
        //         ^
    }
}

fn main() {}
