use flow_runtime::{flow, task};

#[task(retries = "3", retry_delay = "1s")]
//               ^^^
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(retry_delay = "10s")]
        a = one();
    }
}

fn main() {}
