use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones(really: bool) {
        if really { a = one(); }
    //  ^^
        b = one();
    }
}

fn main() {}
