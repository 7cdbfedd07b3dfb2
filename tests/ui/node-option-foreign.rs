use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(retry = 3)]
        //     ^^^^^
        a = one();
    }
}

fn main() {}
