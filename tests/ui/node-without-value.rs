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
    fn ones() -> u32 {
        a =
        //^
        ;
        b = double(a);
        b
    }
}

fn main() {}
