use flow_runtime::{flow, task};

#[task]
fn double(r#type: u32) -> u32 {
    2 * r#type
}

flow! {
    fn doubled() {
        a = double(type: 1);
        //         ^^^^
    }
}

fn main() {}
