use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(retry_delay = "10s")]
        //     ^^^^^^^^^^^
        a = one();
    }
}

fn main() {}
