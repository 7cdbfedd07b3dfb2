//! A function without `#[task]`: rustc says so of the type and of the literal.
//! errors: 2

use flow_runtime::flow;

fn one(x: u32) -> u32 {
    x
}

flow! {
    fn ones() {
        a = one(x: 1);
        //  ^^^
    }
}

fn main() {}
