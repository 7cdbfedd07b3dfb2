use flow_runtime::{flow, task};

#[task]
fn double(x: u32) -> u32 {
    2 * x
}

flow! {
    fn doubled() {
        start = double(1);
        a = double(c + start);
        b = double(x: a);
        c = double(1, upstream: [b]);
    }
}

fn main() {}
