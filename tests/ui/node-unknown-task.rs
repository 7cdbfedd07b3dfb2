use flow_runtime::{flow, task};

#[task]
fn fetch() -> u32 {
    1
}

flow! {
    fn rows() {
        rows = fetsh();
        //     ^^^^^
    }
}

fn main() {}
