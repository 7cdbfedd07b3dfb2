use flow_runtime::{flow, task};

#[task]
fn rows() -> Vec<u32> {
    vec![1]
}

flow! {
    fn all() {
        #[node(target = "rows.txt.gz")]
        //              ^^^^^^^^^^^^^
        r = rows();
    }
}

fn main() {}
