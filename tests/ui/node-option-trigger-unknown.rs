use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(trigger = sometimes)]
        //               ^^^^^^^^^
        a = one();
    }
}

fn main() {}
