use flow_runtime::{flow, task};

pub struct Lines;

#[task]
fn names() -> Vec<String> {
    Vec::new()
}

flow! {
    fn all() {
        #[node(target = "names", format = Lines)]
        //                                ^^^^^
        a = names();
    }
}

fn main() {}
