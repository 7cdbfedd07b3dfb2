use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(target = "v<version>/a.txt")]
        //              ^^^^^^^^^^^^^^^^^^
        a = one();
    }
}

fn main() {}
