use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones(n: u32) {
        match n { 0 => one(), _ => one() }
    //  ^^^^^
        b = one();
    }
}

fn main() {}
