use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        for x in 0..3 { a = one(); }
    //  ^^^
        b = one();
    }
}

fn main() {}
