use flow_runtime::{flow, task};

#[task]
fn number() -> u32 {
    1
}

#[task]
fn add(pair: [&u32; 2]) -> u32 {
    pair[0] + pair[1]
}

flow! {
    fn sums() -> u32 {
        a = number();
        s = add(pair: [a, a, a]);
        //            ^^^^^^^^^
        s
    }
}

fn main() {}
