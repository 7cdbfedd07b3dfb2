use flow_runtime::{flow, task};

#[task(retries = 3, retry_delay = "1m", backoff(factor = 2, max = "1h"))]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(backoff(factor = 2, max = "30s"))]
        //     ^^^^^^^
        a = one();
    }
}

fn main() {}
