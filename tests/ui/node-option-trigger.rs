use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(trigger = any_faild)]
        //               ^^^^^^^^^
        a = one();
    }
}

fn main() {}
