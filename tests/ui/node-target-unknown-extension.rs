use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(target = "one.jsn")]
        //              ^^^^^^^^^
        a = one();
    }
}

fn main() {}
