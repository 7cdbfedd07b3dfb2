use flow_runtime::{flow, task};

#[task]
fn one() -> (u32, u32) {
    (1, 2)
}

#[task]
fn taken(value: u32) -> u32 {
    value
}

flow! {
    fn all() {
        a = one();
        #[node(skip_on_upstream_skip = false)]
        b = taken(a.0);
        //        ^
    }
}

fn main() {}
