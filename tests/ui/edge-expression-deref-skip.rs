use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

#[task(skip_on_upstream_skip = false)]
fn taken(value: u32) -> u32 {
    value
}

flow! {
    fn all() {
        a = one();
        b = taken(*a + 1);
        //         ^
    }
}

fn main() {}
