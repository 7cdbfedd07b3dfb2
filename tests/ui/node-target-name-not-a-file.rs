use flow_runtime::{flow, task};

#[task(name = "in/out")]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(target = "<task_name>.txt")]
        //              ^^^^^^^^^^^^^^^^^
        a = one();
    }
}

fn main() {}
