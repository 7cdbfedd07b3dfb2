use flow_runtime::{flow, task};

#[task(retries = 3)]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(backoff(factor = 2))]
        //     ^^^^^^^
        a = one();
    }
}

fn main() {}
