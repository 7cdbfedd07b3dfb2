use flow_runtime::{flow, task};

#[task]
fn double(x: u32) -> u32 {
    2 * x
}

flow! {
    fn doubled(limit: u32) {
        a = double(limmit);
        //         ^^^^^^
    }
}

fn main() {}
