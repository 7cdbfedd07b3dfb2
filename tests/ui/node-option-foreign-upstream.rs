use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(depends_on = [b])]
        //     ^^^^^^^^^^
        a = one();
    }
}

fn main() {}
