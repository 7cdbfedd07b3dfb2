use flow_runtime::{flow, task};

#[task]
fn number() -> u32 {
    1
}

#[task]
fn double(of: u32) -> u32 {
    2 * of
}

flow! {
    fn sums() -> u32 {
        a = number();
        b = number();
        d = double([a, b]);
        //         ^^^^^^
        d
    }
}

fn main() {}
