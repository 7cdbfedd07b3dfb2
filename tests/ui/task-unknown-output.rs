use flow_runtime::{flow, task};

#[task]
fn one(rows: &str) -> Rows {
    //                ^^^^
    rows.into()
}

flow! {
    fn ones() { rows = one("a"); }
}

fn main() {}
