use flow_runtime::{flow, task};

#[task]
fn load() -> String {
    "one".to_owned()
}

#[task(skip_on_upstream_skip = false)]
fn count(rows: &str) -> usize {
    rows.len()
}

flow! {
    fn counted() -> usize {
        rows = load();
        n = count(rows: rows);
        //              ^^^^
        n
    }
}

fn main() {}
