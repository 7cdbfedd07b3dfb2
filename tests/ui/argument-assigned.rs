use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

#[task]
fn double(x: u32) -> u32 {
    2 * x
}

flow! {
    fn doubled() {
        a = one();
        b = double({ *a += 1; 2 });
        //           ^^^^^^^
    }
}

fn main() {}
