use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() -> u32 {
        a = one();
        #[node(retries = 3)]
//      ^^^^^^^^^^^^^^^^^^^^
        a
    }
}

fn main() {}
