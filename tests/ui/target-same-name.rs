use flow_runtime::{flow, task};

#[task(target = "<task_name>.txt", name = "count")]
fn one() -> u32 {
    1
}

#[task(target = "<node>.txt")]
fn two() -> u32 {
    1
}

flow! {
    fn both() {
        a = one();
        b = two();
        count = two();
    //  ^^^^^
    }
}

fn main() {}
