use flow_runtime::{flow, task};

#[task(target = "one/<task_name>.txt")]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(target = "one/one.txt")]
        a = one();
        b = one();
//      ^
    }
}

fn main() {}
