use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(retries = 0, retry_delay = "1s")]
        //                  ^^^^^^^^^^^
        a = one();
    }
}

fn main() {}
