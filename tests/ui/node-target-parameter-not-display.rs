use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones(days: Vec<u32>) {
        #[node(target = "<days>/one.txt")]
        //              ^^^^^^^^^^^^^^^^
        a = one();
    }
}

fn main() {}
