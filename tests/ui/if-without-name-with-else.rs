use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

#[task]
fn rows(n: &u32) -> u32 {
    *n
}

flow! {
    fn made(more: bool) -> u32 {
        a = one();
        if more {
    //  ^^
            b = rows(a);
        } else {
            b = one();
        }
        c = rows(b, upstream: [b]);
        b
    }
}

fn main() {}
