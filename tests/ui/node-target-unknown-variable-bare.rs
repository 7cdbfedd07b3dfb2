use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

fn main() {
    let _ = flow! {
        #[node(target = "<day>/<node>.txt")]
        //              ^^^^^^^^^^^^^^^^^^
        a = one();
    };
}
