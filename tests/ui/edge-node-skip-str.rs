use flow_runtime::{flow, task};

#[task]
fn load() -> String {
    "one".to_owned()
}

#[task]
fn count(rows: &str) -> usize {
    rows.len()
}

flow! {
    fn counted() -> usize {
        rows = load();
        #[node(skip_on_upstream_skip = false)]
        n = count(rows);
        //        ^^^^
        n
    }
}

fn main() {}
