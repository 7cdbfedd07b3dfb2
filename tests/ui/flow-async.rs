use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    pub async fn ones() { a = one(); }
    //  ^^^^^
}

fn main() {}
