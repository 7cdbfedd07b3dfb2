use flow_runtime::{flow, task};

#[task]
fn double(x: u32) -> u32 {
    2 * x
}

flow! {
    fn doubled(text: String) {
        a = double(text.parse()?);
        //                     ^
    }
}

fn main() {}
