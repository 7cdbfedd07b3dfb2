use flow_runtime::{flow, task};

#[task]
fn double(x: u32) -> u32 {
    2 * x
}

async fn two() -> u32 {
    2
}

flow! {
    fn doubled() {
        a = double(two().await);
        //               ^^^^^
    }
}

fn main() {}
