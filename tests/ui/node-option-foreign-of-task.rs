use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(retries = 3, retry_on = worth)]
        //                  ^^^^^^^^
        a = one();
    }
}

fn main() {}
