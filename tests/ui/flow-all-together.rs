//! errors: 8

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
    fn all(a: u32) -> u32 {
        a = one();
        b = double(b);
        c = double(1, retries: 2);
        c = double(c, upstream: [bb]);
        d = one(upstream: [e]);
        e = double(d);
        f = one()?;
        cc
    }
}

fn main() {}
