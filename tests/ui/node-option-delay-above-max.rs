use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(retries = 3, retry_delay = "10m", backoff(factor = 2, max = "1m"))]
        //                  ^^^^^^^^^^^
        a = one();
    }
}

fn main() {}
