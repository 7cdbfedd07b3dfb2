use flow_runtime::{flow, task};

#[task]
fn double(x: u32) -> u32 {
    2 * x
}

flow! {
    fn doubled() -> u32 {
        rows = double(x: );
        //             ^
        b = double(rows);
        b
    }
}

fn main() {}
