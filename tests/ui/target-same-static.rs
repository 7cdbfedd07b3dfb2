use flow_runtime::{flow, task};

#[task(target = "<task_name>.txt")]
fn one() -> u32 {
    1
}

flow! {
    fn both() {
        a = one();
        b = one();
    //  ^
    }
}

fn main() {}
