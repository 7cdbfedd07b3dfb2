use flow_runtime::{flow, task};

#[task(timeout = "1s")]
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
