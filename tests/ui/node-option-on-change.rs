use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(on_change = rerun)]
        //     ^^^^^^^^^
        a = one();
    }
}

fn main() {}
