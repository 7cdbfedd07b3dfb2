use flow_runtime::{flow, task};

#[task(target = "<task_name>.json")]
fn rows() -> Vec<u32> {
    vec![1]
}

flow! {
    fn all() {
        #[node(target = "rows.txt")]
        //              ^^^^^^^^^^
        a = rows();
    }
}

fn main() {}
