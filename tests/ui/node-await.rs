use flow_runtime::{flow, task};

#[task]
async fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        a = one().await;
        //       ^^^^^^
    }
}

fn main() {}
