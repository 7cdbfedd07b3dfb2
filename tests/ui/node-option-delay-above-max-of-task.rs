use flow_runtime::{flow, task};

#[task(retries = 3, retry_delay = "1m", backoff(factor = 2, max = "1h"))]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(retry_delay = "2h")]
        //     ^^^^^^^^^^^
        a = one();
    }
}

fn main() {}
